using System.Globalization;
using System.Net;
using System.Text;
using Gibbon.Proxy.Listeners;
using Gibbon.Proxy.Messages;

namespace Gibbon.Tests.Proxy.Listeners;

/// <summary>Handlers that answer without an upstream.</summary>
internal static class Answers
{
    /// <summary>Answers with what the pipeline would see, one fact a line.</summary>
    public static ValueTask Describe(Downstream exchange)
    {
        var text = new StringBuilder();
        RequestHead request = exchange.Request;
        Line($"rejection {exchange.Rejection}");
        Line($"line {Encoding.Latin1.GetString(request.RequestLine)}");
        Line($"authority {Encoding.Latin1.GetString(request.Authority)}");
        Line($"version {request.Version}");
        Line($"tls {exchange.Tls?.Protocol.ToString() ?? "none"} {exchange.Tls?.ServerName} {exchange.Tls?.ClientCertificate?.Subject}");
        Line($"remote {(exchange.RemoteEndPoint as IPEndPoint)?.Address}");
        Line($"proxy {exchange.ConnectionFeatures?.Get<ProxyProtocolHeader>()?.Source}");
        Line($"requests {exchange.ConnectionRequests}");
        foreach (HeaderField field in request.Headers)
        {
            Line($"header {Encoding.Latin1.GetString(field.Name)}: {Encoding.Latin1.GetString(field.Value)}");
        }

        return TextAsync(exchange, exchange.Rejection == RequestRejection.None ? 200 : exchange.Rejection.Status(), text.ToString());

        void Line(string line) => text.Append(line).Append('\n');
    }

    /// <summary>Answers with the request's body, piece by piece, and its trailers.</summary>
    public static async ValueTask Echo(Downstream exchange)
    {
        var head = new ResponseHead { Framing = MessageFraming.Chunked };
        head.SetStatus(200);
        exchange.WriteHead(head);
        await exchange.FlushAsync();
        while (true)
        {
            BodyRead read = await exchange.RequestBody.ReadAsync();
            if (read.State == BodyState.Failed)
            {
                exchange.Abort();
                return;
            }

            if (!await exchange.WriteBodyAsync(read.Data)) return;
            await exchange.FlushAsync();
            if (read.State == BodyState.Last) break;
        }

        await exchange.CompleteAsync(exchange.RequestBody.Trailers);
    }

    public static async ValueTask TextAsync(Downstream exchange, int status, string text)
    {
        byte[] body = Encoding.Latin1.GetBytes(text);
        var head = new ResponseHead { Framing = MessageFraming.ContentLength, ContentLength = body.Length };
        head.SetStatus(status == 494 ? 400 : status);
        head.Headers.Add("X-Length", body.Length.ToString(CultureInfo.InvariantCulture));
        exchange.WriteHead(head);
        await exchange.WriteBodyAsync(body);
        await exchange.CompleteAsync();
    }
}
