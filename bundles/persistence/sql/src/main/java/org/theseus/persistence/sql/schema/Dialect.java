package org.theseus.persistence.sql.schema;

/** How a database spells what the standard leaves open in a table definition. */
public interface Dialect {
  /**
   * A column that numbers its rows itself, upwards, never giving a number twice.
   *
   * @return type and constraints of such a primary key
   */
  String identity();

  /**
   * A whole number of 64 bits.
   *
   * @return the type
   */
  String number();

  /**
   * Text of any length, compared by code points.
   *
   * @return the type
   */
  String text();

  /**
   * Bytes of any length.
   *
   * @return the type
   */
  String bytes();

  /**
   * A table whose rows are small and live in its primary key.
   *
   * @return what is written behind the column list, or ""
   */
  String clustered();

  /**
   * Fills a definition in.
   *
   * @param definition one with the placeholders {@code ${identity}}, {@code ${number}} and so on
   * @return the statement
   */
  default String fill(String definition) {
    return definition
        .replace("${identity}", identity())
        .replace("${number}", number())
        .replace("${text}", text())
        .replace("${bytes}", bytes())
        .replace("${clustered}", clustered());
  }
}
