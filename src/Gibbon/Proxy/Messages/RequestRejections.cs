namespace Gibbon.Proxy.Messages;

/// <summary>What each <see cref="RequestRejection"/> means for the answer.</summary>
internal static class RequestRejections
{
    /// <summary>The status of the answer and of the access log. 494 is logged and given to plugins; the wire says 400.</summary>
    public static int Status(this RequestRejection rejection) => rejection switch
    {
        RequestRejection.None => 200,
        RequestRejection.UnsupportedVersion => 505,
        RequestRejection.RequestLineTooLong => 414,
        RequestRejection.HeadersTooLarge => 494,
        RequestRejection.UnsupportedTransferEncoding => 501,
        RequestRejection.BodyTooLarge => 413,
        RequestRejection.HeaderTimeout => 408,
        _ => 400,
    };

    /// <summary>True when the answer is the web server's bare HTML page and not the error template.</summary>
    public static bool IsBarePage(this RequestRejection rejection) =>
        rejection is RequestRejection.UnsupportedVersion
            or RequestRejection.UnsupportedTransferEncoding
            or RequestRejection.PlainHttpOnTlsPort;

    /// <summary>True when no answer can be sent; the exchange exists for the log only.</summary>
    public static bool IsSilent(this RequestRejection rejection) =>
        rejection is RequestRejection.HeaderTimeout or RequestRejection.IncompleteHead;
}
