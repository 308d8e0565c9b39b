using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Sunset;

/// <summary>Tells clients that an API goes away (the <c>Sunset</c> header of RFC 8594) and, if asked to, closes it on the day.</summary>
/// <param name="clock">What time it is; tests set it.</param>
public sealed class SunsetPlugin(TimeProvider clock) : Plugin<SunsetConfig>
{
    /// <summary>The plugin as the gateway makes it.</summary>
    public SunsetPlugin()
        : this(TimeProvider.System)
    {
    }

    /// <inheritdoc/>
    public override string Name => "sunset";

    /// <inheritdoc/>
    public override int Priority => 750;

    /// <inheritdoc/>
    public override string Version => "1.0.0";

    /// <summary>Closes the door after the date.</summary>
    public override ValueTask AccessAsync(RequestContext context, SunsetConfig config) =>
        config.Enforce && clock.GetUtcNow().ToUnixTimeSeconds() >= config.At
            ? context.Response.Exit(410, new ValueMap { ["message"] = "This API has been switched off" })
            : ValueTask.CompletedTask;

    /// <summary>Announces the date on every answer, the refusals too.</summary>
    public override ValueTask HeaderFilterAsync(RequestContext context, SunsetConfig config)
    {
        context.Response.SetHeader("Sunset", DateTimeOffset.FromUnixTimeSeconds(config.At).ToString("R"));
        if (config.Link is not null)
        {
            context.Response.AddHeader("Link", $"<{config.Link}>; rel=\"sunset\"");
        }

        return ValueTask.CompletedTask;
    }
}
