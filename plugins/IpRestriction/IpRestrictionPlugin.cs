using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.IpRestriction;

/// <summary>Lets clients in, or turns them away, by their addresses.</summary>
sealed class IpRestrictionPlugin : Plugin<IpRestrictionConfig>
{
    public override string Name => "ip-restriction";

    public override int Priority => 990;

    public override string Version => Kong.Version;

    public override ImmutableArray<string> Protocols { get; } = [.. HttpProtocols, .. StreamProtocols];

    public override ValueTask AccessAsync(RequestContext context, IpRestrictionConfig config) => Judge(context, config);

    /// <summary>
    /// A stream cannot be answered, and the attempt ends it: the client's connection is reset, which is what becomes of it in Kong too.
    /// </summary>
    public override ValueTask PrereadAsync(RequestContext context, IpRestrictionConfig config) => Judge(context, config);

    static ValueTask Judge(RequestContext context, IpRestrictionConfig config)
    {
        var address = context.Client.ForwardedIp;
        var isBlocked = config.Denied.Contains(address) || (!config.Allowed.IsEmpty && !config.Allowed.Contains(address));
        return isBlocked
            ? context.Response.Error(
                (int)(config.Status ?? 403), config.Message ?? $"IP address not allowed: {context.Client.ForwardedIpText}")
            : ValueTask.CompletedTask;
    }
}
