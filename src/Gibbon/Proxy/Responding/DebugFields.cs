using Gibbon.Pdk.Entities;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Responding;

/// <summary><c>Kong-Debug: 1</c> with <c>allow_debug_header = on</c>: which route and service took the request.</summary>
internal static class DebugFields
{
    public static void Add(Exchange exchange, HeaderTable headers)
    {
        if (!exchange.Dependencies.Settings.Proxy.AllowDebugHeader || exchange.Route is not { } route
            || !exchange.Downstream.Request.Headers.TryGet(KnownHeader.KongDebug, out ReadOnlySpan<byte> wanted) || !wanted.SequenceEqual("1"u8))
        {
            return;
        }

        Add(headers, "Kong-Route-Id", "Kong-Route-Name", route.Id, route.Name);
        if (exchange.MatchedService is Service service)
        {
            Add(headers, "Kong-Service-Id", "Kong-Service-Name", service.Id, service.Name);
        }
    }

    private static void Add(HeaderTable headers, string idHeader, string nameHeader, Guid id, string? name)
    {
        headers.Set(idHeader, id.ToString());
        if (name is not null)
        {
            headers.Set(nameHeader, name);
        }
    }
}
