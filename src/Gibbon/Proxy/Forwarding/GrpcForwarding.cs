using System.Text;
using Gibbon.Balancing;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Grpc;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Forwarding;

/// <summary>A try to a gRPC service: HTTP/2, both directions open at once.</summary>
internal static class GrpcForwarding
{
    public static async ValueTask<ProxyError> SendAsync(Exchange exchange, Destination destination)
    {
        OutgoingHead.Build(exchange, in destination);
        exchange.Outgoing.Leading.TryGet(KnownHeader.Host, out ReadOnlySpan<byte> authority);
        var target = new GrpcTarget(
            destination.EndPoint, Encoding.ASCII.GetString(authority), UpstreamIdentity.Of(exchange, in destination), exchange.Call.Timeouts);
        GrpcCall call = exchange.Dependencies.GrpcUpstreams.Prepare(exchange.Outgoing, exchange.Body.Current, target);
        exchange.Grpc = call;
        ProxyError error = await call.SendAsync().ConfigureAwait(false);
        if (error.IsNone)
        {
            exchange.ServiceAnswer = new ServiceAnswer(call.Response, call.ResponseBody);
        }
        else
        {
            exchange.Grpc = null;
            await call.DisposeAsync().ConfigureAwait(false);
        }

        return error;
    }
}
