using Gibbon.Pdk;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.Redirect;

/// <summary>Sends clients elsewhere.</summary>
sealed class RedirectPlugin : Plugin<RedirectConfig>
{
    public override string Name => "redirect";

    public override int Priority => 779;

    public override string Version => Kong.Version;

    public override ValueTask AccessAsync(RequestContext context, RedirectConfig config)
    {
        var location = config.KeepIncomingPath == true
            ? RedirectLocation.WithPath(config.Location, context.Request.Path, context.Request.RawQuery)
            : config.Location;
        return context.Response.Exit((int)config.StatusCode, "redirecting", new HeaderMap { ["Location"] = location });
    }
}
