using System.Collections.Frozen;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage;

/// <summary>
/// The kinds of entities that a node with a database has in memory, since requests read them compiled. The others, of which there may be millions, are
/// looked up when they are needed.
/// </summary>
internal static class LiveKinds
{
    private static readonly FrozenSet<string> Names = FrozenSet.ToFrozenSet(
    [
        "workspaces", "services", "routes", "plugins", "upstreams", "targets", "certificates", "snis", "ca_certificates", "vaults", "keys", "key_sets",
        "filter_chains", "consumer_groups",
    ]);

    public static bool Has(string kind) => Names.Contains(kind);

    /// <summary>Whether a deletion of an entity of this kind may take others with it that are in memory.</summary>
    public static bool MayTouch(Schema schema, EntitySchemas schemas) =>
        Has(schema.Name) || schemas.Children(schema.Name).Any(static child => Has(child.Entity));
}
