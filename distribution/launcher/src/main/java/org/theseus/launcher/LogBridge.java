package org.theseus.launcher;

import java.util.Collections;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Hands on what goes to OSGi's LogService. Without it the errors of Declarative Services vanish
 * silently: a component that cannot be activated would leave no trace.
 */
final class LogBridge {
  private LogBridge() {}

  static void open(BundleContext context) {
    LogListener listener = LogBridge::log;
    new ServiceTracker<LogReaderService, LogReaderService>(context, LogReaderService.class, null) {
      @Override
      public LogReaderService addingService(ServiceReference<LogReaderService> reference) {
        LogReaderService reader = super.addingService(reference);
        reader.addLogListener(listener);
        // what was logged before we came, oldest first; an entry may come twice, none is lost
        var earlier = Collections.list(reader.getLog());
        Collections.reverse(earlier);
        earlier.forEach(listener::logged);
        return reader;
      }
    }.open();
  }

  private static void log(LogEntry entry) {
    String name = entry.getLoggerName();
    // the framework's events: installed, registered and so on, one each
    boolean event = name.startsWith("Events.");
    Level level = event ? Level.DEBUG : level(entry.getLogLevel());
    LoggerFactory.getLogger(name)
        .atLevel(level)
        .setCause(entry.getException())
        .log("[{}] {}", entry.getBundle().getSymbolicName(), entry.getMessage());
  }

  private static Level level(LogLevel level) {
    return switch (level) {
      case ERROR -> Level.ERROR;
      case WARN -> Level.WARN;
      case AUDIT, INFO -> Level.INFO;
      case DEBUG -> Level.DEBUG;
      case TRACE -> Level.TRACE;
    };
  }

  /** The framework's own messages, which it would print on stdout. */
  static final class FrameworkLogger extends org.apache.felix.framework.Logger {
    private static final Logger log = LoggerFactory.getLogger("org.apache.felix.framework");

    @Override
    protected void doLog(int level, String message, Throwable cause) {
      Level mapped =
          switch (level) {
            case LOG_ERROR -> Level.ERROR;
            case LOG_WARNING -> Level.WARN;
            case LOG_INFO -> Level.INFO;
            default -> Level.DEBUG;
          };
      log.atLevel(mapped).setCause(cause).log(message);
    }
  }
}
