namespace Gibbon.Pdk;

/// <summary>Who made the response.</summary>
public enum ResponseSource
{
    /// <summary>The gateway, because something failed: the service, a plugin, the request itself. Lua's <c>error</c>.</summary>
    Error,

    /// <summary>A plugin or the gateway, on purpose, with <see cref="Response.Exit(int, HeaderMap?)"/>. Lua's <c>exit</c>.</summary>
    Exit,

    /// <summary>The service. Lua's <c>service</c>.</summary>
    Service,
}
