using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Gibbon.Proxy.Messages;

namespace Gibbon.Tests.Proxy;

/// <summary>Answers with what it understood of the request; a rejected one with the status of its rejection.</summary>
internal sealed class EchoHandler : IExchangeHandler
{
    public ConcurrentQueue<RequestRejection> Rejections { get; } = new();

    public async ValueTask HandleAsync(Downstream exchange)
    {
        var head = new ResponseHead();
        var text = new StringBuilder();
        if (exchange.Rejection != RequestRejection.None)
        {
            Rejections.Enqueue(exchange.Rejection);
            head.SetStatus(exchange.Rejection.Status());
            text.Append(exchange.Rejection);
            if (exchange.Rejection.IsSilent()) return;
        }
        else
        {
            head.SetStatus(200);
            var request = exchange.Request;
            text.Append(request.MethodString).Append(' ').Append(Encoding.Latin1.GetString(request.Target)).Append('\n');
            text.Append("authority ").Append(Encoding.Latin1.GetString(request.Authority)).Append('\n');
            foreach (var field in request.Headers)
            {
                text.Append(Encoding.Latin1.GetString(field.Name)).Append(": ").Append(Encoding.Latin1.GetString(field.Value)).Append('\n');
            }

            text.Append('\n');
            BodyRead read;
            do
            {
                read = await exchange.RequestBody.ReadAsync();
                text.Append(Encoding.Latin1.GetString(read.Data.Span));
            }
            while (read.State == BodyState.More);

            if (read.State == BodyState.Failed)
            {
                head.SetStatus(exchange.RequestBody.Error.Status);
                text.Clear().Append(exchange.RequestBody.Error.Kind);
            }
            else if (exchange.RequestBody.Trailers is { } trailers)
            {
                foreach (var field in trailers) text.Append(CultureInfo.InvariantCulture, $"\ntrailer {Encoding.Latin1.GetString(field.Name)}");
            }
        }

        var body = Encoding.Latin1.GetBytes(text.ToString());
        head.Framing = MessageFraming.ContentLength;
        head.ContentLength = body.Length;
        exchange.WriteHead(head);
        await exchange.WriteBodyAsync(body);
        await exchange.CompleteAsync();
    }
}
