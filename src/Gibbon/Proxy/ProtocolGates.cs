using System.Text;
using Gibbon.Pdk;
using Gibbon.Proxy.Errors;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Messages;
using Gibbon.Routing;

namespace Gibbon.Proxy;

/// <summary>After a route has matched: is this the protocol it is for? Kong asks this before any plugin of the route runs.</summary>
internal static class ProtocolGates
{
    private static readonly HeaderMap UpgradeToTls = new() { ["Connection"] = "Upgrade", ["Upgrade"] = "TLS/1.2, HTTP/1.1" };
    private static readonly HeaderMap UpgradeToHttp2 = new() { ["connection"] = "Upgrade", ["upgrade"] = "HTTP/2" };
    private static readonly HeaderMap GrpcType = new() { ["content-type"] = "application/grpc" };

    /// <summary>Whether the request may go on. If not, its answer is set.</summary>
    public static bool Pass(Exchange exchange)
    {
        RouteTraits traits = exchange.Match.Traits;
        if (!traits.WantsTls && !traits.IsForGrpc)
        {
            return true;
        }

        bool isTls = exchange.ForwardedSchemeBytes.SequenceEqual("https"u8);
        if (traits.WantsTls && !isTls)
        {
            RedirectToTls(exchange);
            return false;
        }

        return !traits.IsForGrpc || PassGrpc(exchange, traits.TakesGrpc, isTls);
    }

    private static bool PassGrpc(Exchange exchange, bool inClear, bool isTls)
    {
        if (!exchange.IsGrpc)
        {
            exchange.Fail(415, "Non-gRPC request matched gRPC route");
            return false;
        }

        if (exchange.Downstream.Request.Version != HttpVersion.Http2)
        {
            exchange.Answer.Set(
                426,
                exchange.Dependencies.ErrorTemplates.Render(ErrorType.Json, "Please use HTTP2 protocol", exchange.Id),
                ErrorTemplates.ContentType(ErrorType.Json),
                UpgradeToHttp2,
                ResponseSource.Error);
            return false;
        }

        if (!inClear && !isTls)
        {
            exchange.Answer.Set(200, default, null, GrpcType, ResponseSource.Error);
            exchange.Answer.SetGrpc(1, "gRPC request matched gRPCs route");
            return false;
        }

        return true;
    }

    private static void RedirectToTls(Exchange exchange)
    {
        int status = exchange.Route!.HttpsRedirectStatusCode;
        if (status == 426)
        {
            exchange.Fail(426, "Please use HTTPS protocol", UpgradeToTls);
            return;
        }

        ReadOnlySpan<byte> forwarded = exchange.IsPeerTrusted
            && exchange.Downstream.Request.Headers.TryGet(KnownHeader.XForwardedHost, out ReadOnlySpan<byte> given) ? given : exchange.HostBytes;
        HeaderMap location = new()
        {
            ["Location"] = $"https://{Encoding.ASCII.GetString(forwarded)}{Encoding.UTF8.GetString(exchange.Downstream.Request.Target)}",
        };
        OwnAnswers.SetBarePage(exchange, status, BarePages.Of(status), location, withCharset: status is 307 or 308);
    }
}
