using Gibbon.Pdk;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.BotDetection;

/// <summary>Turns robots away by their user agent.</summary>
sealed class BotDetectionPlugin : Plugin<BotDetectionConfig>
{
    public override string Name => "bot-detection";

    public override int Priority => 2500;

    public override string Version => Kong.Version;

    public override PluginScopes Scopes => PluginScopes.Service | PluginScopes.Route;

    public override ValueTask AccessAsync(RequestContext context, BotDetectionConfig config)
    {
        if (context.Request.CountHeader("user-agent"u8) > 1)
            return context.Response.Error(400, "Only one User-Agent header allowed");

        if (context.Request.GetHeader("user-agent") is not { } userAgent)
            return ValueTask.CompletedTask;

        if (!config.Verdicts.TryGet(userAgent, out var blocked))
            config.Verdicts.Add(userAgent, blocked = config.Blocks(userAgent.Trim()));

        return blocked ? context.Response.Error(403) : ValueTask.CompletedTask;
    }
}
