using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.AccessLogs;

/// <summary>Variables that say what was answered.</summary>
internal static class ResponseVariables
{
    public static IReadOnlyDictionary<string, AccessVariable> All { get; } = new Dictionary<string, AccessVariable>(StringComparer.Ordinal)
    {
        ["status"] = static (exchange, line) => line.Line.Append(Status(exchange)),
        ["body_bytes_sent"] = static (exchange, line) => line.Line.Append(exchange.Downstream.BodyBytesSent),
        ["bytes_sent"] = static (exchange, line) => line.Line.Append(exchange.Downstream.BytesSent),
        ["request_time"] = static (exchange, line) => line.Line.AppendSeconds(exchange.Times.RequestTime),
        ["request_completion"] = static (exchange, line) =>
            line.Line.Append(exchange.BodyError.IsNone && !exchange.IsDisconnected ? "OK"u8 : ""u8),
        ["sent_http_connection"] = static (exchange, line) => line.Line.Append(exchange.Downstream.CloseAfterwards ? "close"u8 : "keep-alive"u8),
        ["sent_http_content_length"] = static (exchange, line) => Length(exchange, line),
        ["sent_http_transfer_encoding"] = static (exchange, line) => Coding(exchange, line),
    };

    private static int Status(Exchange exchange) =>
        exchange.Head.Status != 0 ? exchange.Head.Status
        : exchange.IsDisconnected ? 499
        : exchange.Downstream.Rejection.Status();

    private static void Length(Exchange exchange, AccessLine line)
    {
        if (exchange.Head.ContentLength >= 0)
        {
            line.Line.Append(exchange.Head.ContentLength);
        }
        else
        {
            line.AppendAbsent();
        }
    }

    private static void Coding(Exchange exchange, AccessLine line)
    {
        if (exchange.Head.Framing == MessageFraming.Chunked)
        {
            line.Line.Append("chunked"u8);
        }
        else
        {
            line.AppendAbsent();
        }
    }
}
