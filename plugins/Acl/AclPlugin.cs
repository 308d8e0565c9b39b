using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.Acl;

/// <summary>Lets consumers in, or turns them away, by their groups.</summary>
sealed class AclPlugin : Plugin<AclConfig>
{
    const string ConsumerGroups = "X-Consumer-Groups";
    const string AuthenticatedGroups = "X-Authenticated-Groups";
    const string Forbidden = "You cannot consume this service";

    public override string Name => "acl";

    public override int Priority => 950;

    public override string Version => Kong.Version;

    public override PluginScopes Scopes => PluginScopes.Service | PluginScopes.Route;

    public override ImmutableArray<Type> Entities => [typeof(Acl)];

    public override ValueTask InitWorkerAsync(PluginHost host)
    {
        GroupLookup.Watch(host);
        return ValueTask.CompletedTask;
    }

    public override async ValueTask AccessAsync(RequestContext context, AclConfig config)
    {
        var consumer = context.Client.Consumer;
        var hasCredential = context.Client.Credential is not null;
        var asserted = consumer is null || !hasCredential || config.AlwaysUseAuthenticatedGroups ? Asserted(context) : null;
        if (asserted is not null)
        {
            await Judge(context, config, asserted, AuthenticatedGroups);
            return;
        }

        var groups = consumer is null ? null : await GroupLookup.FindAsync(context.Host, consumer.Id);
        if (groups is null && consumer is not null && config.IsDenyList)
            groups = GroupSet.None;

        if (groups is not null)
            await Judge(context, config, groups, ConsumerGroups);
        else
            await (hasCredential ? context.Response.Error(403, Forbidden) : context.Response.Error(401, "Unauthorized"));
    }

    static ValueTask Judge(RequestContext context, AclConfig config, GroupSet groups, string header)
    {
        if (config.Blocks(groups))
            return context.Response.Error(403, Forbidden);

        if (config.HideGroupsHeader)
            return ValueTask.CompletedTask;

        // The other of the two would be the client's own claim.
        context.Service.Request.ClearHeader(header == ConsumerGroups ? AuthenticatedGroups : ConsumerGroups);

        // As in Kong, who passes a deny list by such groups is told without them.
        if (header == AuthenticatedGroups && config.IsDenyList)
            context.Service.Request.ClearHeader(AuthenticatedGroups);
        else
            context.Service.Request.SetHeader(header, groups.HeaderText);

        return ValueTask.CompletedTask;
    }

    /// <summary>The groups that an authentication plugin found: in the shared data (Kong's agreement between plugins), else the client's.</summary>
    static GroupSet? Asserted(RequestContext context)
    {
        // What Lua puts there without items is no list yet, and still says that there are no groups.
        if (context.HasShared && context.Shared.TryGet<object>("authenticated_groups", out var shared) && shared is IEnumerable<object?> or ValueMap)
            return new GroupSet([.. (shared as IEnumerable<object?> ?? []).OfType<string>()]);

        return context.Client.Groups is { IsEmpty: false } groups ? new GroupSet(groups) : null;
    }
}
