using System.Globalization;
using Gibbon.Balancing;
using Gibbon.Pdk.Entities;
using Gibbon.Proxy.Exchanges;

namespace Gibbon.Proxy.Forwarding;

/// <summary>The cookie that binds a session to the address of a target.</summary>
internal static class StickyCookies
{
    /// <summary>The address that the client's cookie names; 0 without one, or with one that we did not make.</summary>
    public static ulong Read(Exchange exchange, Upstream upstream) =>
        upstream.StickySessionsCookie is { } name
        && RequestCookies.TryGet(exchange.Downstream.Request.Headers, name, out ReadOnlySpan<byte> value)
        && value.Length == 16
        && ulong.TryParse(value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong id)
            ? id
            : 0;

    /// <summary>Gives the client the cookie of an address, unless it has it.</summary>
    public static void Bind(Exchange exchange, Upstream upstream, TargetAddress target)
    {
        if (upstream.StickySessionsCookie is { } name && Read(exchange, upstream) != target.StickyId)
        {
            exchange.Call.Cookie = new BalancerCookie(
                name, $"{name}={target.StickyId:x16}; Path={upstream.StickySessionsCookiePath ?? "/"}; SameSite=Lax; HttpOnly");
        }
    }
}
