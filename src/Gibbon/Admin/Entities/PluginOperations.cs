using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;

namespace Gibbon.Admin.Entities;

/// <summary>Plugins: the protocols that somebody names for one must be spoken by the route, or by a route of the service, that it is for.</summary>
internal sealed class PluginOperations(AdminEntities entities, Schema schema) : EntityOperations(entities, schema)
{
    public override async ValueTask<EntityResult<ValueMap>> InsertAsync(ValueMap input, CancellationToken cancellation) =>
        await CheckProtocolsAsync(input, cancellation) is { } error ? error : await base.InsertAsync(input, cancellation);

    public override async ValueTask<EntityResult<ValueMap>> UpsertAsync(EntityAddress address, ValueMap input, CancellationToken cancellation) =>
        await CheckProtocolsAsync(input, cancellation) is { } error ? error : await base.UpsertAsync(address, input, cancellation);

    public override async ValueTask<EntityResult<ValueMap>> UpdateAsync(EntityAddress address, ValueMap changes, CancellationToken cancellation)
    {
        if (changes.ContainsKey("protocols") || changes.ContainsKey("service") || changes.ContainsKey("route"))
        {
            (ValueMap? stored, _) = await FindAsync(address, cancellation);
            ValueMap whole = [];
            foreach (string name in new[] { "protocols", "service", "route" })
            {
                whole[name] = changes.Get(name) ?? stored?.Get(name);
            }

            if (await CheckProtocolsAsync(whole, cancellation) is { } error)
            {
                return error;
            }
        }

        return await base.UpdateAsync(address, changes, cancellation);
    }

    private async ValueTask<EntityError?> CheckProtocolsAsync(ValueMap plugin, CancellationToken cancellation)
    {
        if (plugin.GetList("protocols") is not { } protocols)
        {
            return null;
        }

        if (EntityValues.Foreign(plugin, "route") is { } route)
        {
            (object? found, _) = await Entities.Store.SelectAsync(Entities.Schemas.Find("routes")!, route, cancellation);
            return found is null || Meet(protocols, found) ? null : Violation("must match the associated route's protocols");
        }

        if (EntityValues.Foreign(plugin, "service") is { } service)
        {
            return await AnyRouteMeetsAsync(service, protocols, cancellation)
                ? null
                : Violation("must match the protocols of at least one route pointing to this Plugin's service");
        }

        return null;
    }

    private async ValueTask<bool> AnyRouteMeetsAsync(Guid service, ValueList protocols, CancellationToken cancellation)
    {
        bool isAny = false;
        await foreach (object route in Entities.EachAsync("routes", new EntityQuery { ForeignField = "service", ForeignId = service }, cancellation))
        {
            isAny = true;
            if (Meet(protocols, route))
            {
                return true;
            }
        }

        return !isAny;
    }

    private static bool Meet(ValueList protocols, object route) =>
        EntityValues.Of(route).GetList("protocols") is { } spoken && protocols.Any(spoken.Contains);

    private static EntityError Violation(string reason) => EntityErrors.SchemaViolation(new SchemaErrors("protocols", reason));
}
