using System.Collections.Frozen;
using Gibbon.Certificates;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Postgres.Events;

/// <summary>The events that Kong writes for a change of an entity: its nodes drop what they cached under these keys and build anew what they say is out of date.</summary>
internal static class ChangeEvents
{
    static readonly FrozenSet<string> Core = FrozenSet.ToFrozenSet(
    [
        "certificates", "services", "routes", "snis", "upstreams", "targets", "plugins", "ca_certificates", "vaults", "key_sets", "keys",
    ]);

    /// <summary>The events of one change, in Kong's order.</summary>
    public static IEnumerable<ClusterEvent> Of(ChangedEntity change, Schema schema, Guid workspace)
    {
        var before = ValuesOf(change.Before);
        var after = ValuesOf(change.After);
        var entity = (after ?? before)!;
        var channel = Core.Contains(schema.Name) ? ClusterEvent.CoreInvalidations : ClusterEvent.Invalidations;
        var key = KeyOf(schema, entity, workspace);
        yield return new ClusterEvent(channel, key);
        if (after is not null && before is not null && KeyOf(schema, before, workspace) is var old && old != key)
        {
            yield return new ClusterEvent(channel, old);
        }
        foreach (var more in Consequences(change.Operation, schema, before, entity, workspace))
        {
            yield return more;
        }
    }

    /// <summary>The key under which Kong's nodes cache an entity. Vaults are everywhere the same, though their rows have a workspace.</summary>
    public static string KeyOf(Schema schema, ValueMap entity, Guid workspace) =>
        schema.Name == "vaults" ? $"vaults:{entity.GetString("prefix")}:::::" : CacheKeys.Stored(schema, entity, workspace);

    static IEnumerable<ClusterEvent> Consequences(string operation, Schema schema, ValueMap? before, ValueMap entity, Guid workspace) => schema.Name switch
    {
        "routes" => [Of("router:version")],
        "services" when operation == "update" => [Of("router:version")],
        "plugins" => [Of("plugins_iterator:version")],
        "snis" => [.. new[] { entity, before }.Select(static sni => sni?.GetString("name")).OfType<string>().Distinct().SelectMany(NameForms).Select(static name => Of("snis:" + name))],
        "consumers" =>
        [
            .. new[] { before, entity }.Select(static consumer => consumer?.GetString("username")).OfType<string>().Distinct()
                .Select(username => new ClusterEvent(ClusterEvent.Invalidations, CacheKeys.Of(schema, [username], workspace))),
        ],
        "targets" => [new ClusterEvent(ClusterEvent.Targets, $"{operation}:{entity.GetMap("upstream")?.GetString("id")}")],
        "upstreams" => [new ClusterEvent(ClusterEvent.Upstreams, $"{operation}:{workspace}:{entity.GetString("id")}:{entity.GetString("name")}")],

        // Kong says it twice; whoever counts rows should find the same.
        "vaults" => [Of(KeyOf(schema, entity, workspace))],
        _ => [],
    };

    static IEnumerable<string> NameForms(string name)
    {
        yield return name;
        if (name.Contains('*', StringComparison.Ordinal))
        {
            yield break;
        }
        if (ServerNames.WithFirstLabelOpen(name) is { } first)
        {
            yield return first;
        }
        if (ServerNames.WithLastLabelOpen(name) is { } last)
        {
            yield return last;
        }
    }

    static ClusterEvent Of(string key) => new(ClusterEvent.CoreInvalidations, key);

    static ValueMap? ValuesOf(object? entity) => entity is null ? null : entity as ValueMap ?? Schema.Unbind(entity);
}
