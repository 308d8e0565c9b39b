namespace Gibbon.Proxy.Errors;

/// <summary>Kong's words for a status.</summary>
internal static class ErrorMessages
{
    /// <summary>The message of an error that a plugin or the gateway's logic makes without giving one (<c>kong.response.error</c>).</summary>
    public static string Of(int status) => status switch
    {
        400 => "Bad request",
        401 => "Unauthorized",
        402 => "Payment required",
        403 => "Forbidden",
        404 => "Not found",
        405 => "Method not allowed",
        406 => "Not acceptable",
        407 => "Proxy authentication required",
        408 => "Request timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length required",
        412 => "Precondition failed",
        413 => "Payload too large",
        414 => "URI too long",
        415 => "Unsupported media type",
        416 => "Range not satisfiable",
        417 => "Expectation failed",
        418 => "I'm a teapot",
        421 => "Misdirected request",
        422 => "Unprocessable entity",
        423 => "Locked",
        424 => "Failed dependency",
        425 => "Too early",
        426 => "Upgrade required",
        428 => "Precondition required",
        429 => "Too many requests",
        431 => "Request header fields too large",
        451 => "Unavailable for legal reasons",
        494 => "Request header or cookie too large",
        500 => "An unexpected error occurred",
        501 => "Not implemented",
        502 => "An invalid response was received from the upstream server",
        503 => "The upstream server is currently unavailable",
        504 => "The upstream server is timing out",
        505 => "HTTP version not supported",
        506 => "Variant also negotiates",
        507 => "Insufficient storage",
        508 => "Loop detected",
        510 => "Not extended",
        511 => "Network authentication required",
        _ => Unlisted(status),
    };

    /// <summary>The message of a page for a request that failed before or behind the gateway's logic: a smaller table of the same words.</summary>
    public static string OfPage(int status) => status switch
    {
        400 or 404 or 405 or 408 or 411 or 412 or 413 or 414 or 417 or 494 or 500 or 502 or 503 or 504 => Of(status),
        _ => Unlisted(status),
    };

    private static string Unlisted(int status) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The upstream server responded with {status}");
}
