package org.theseus.itests.peer.synapse;

/**
 * One attempt of a request, as it ended.
 *
 * @param number 1 for the first attempt of the request
 * @param at when it began, in modelled milliseconds
 * @param took how long it took, in modelled milliseconds
 * @param status the answer's status, or 0 if there was none
 * @param end the status, with the body if it is no success, or what happened instead
 */
public record Attempt(
    String destination,
    String method,
    String target,
    int number,
    long at,
    long took,
    int status,
    String end) {}
