using Gibbon.Clustering.Rpc;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;
using Gibbon.Storage.Declarative;
using Gibbon.Storage.Deltas;

namespace Gibbon.Clustering.DataPlanes;

/// <summary>What a control plane says has changed.</summary>
internal sealed record SyncMessage
{
    private SyncMessage(ValueList raw, IReadOnlyList<EntityDelta> deltas) => (Raw, Deltas) = (raw, deltas);

    /// <summary>The changes as they came.</summary>
    public ValueList Raw { get; }

    public IReadOnlyList<EntityDelta> Deltas { get; private set; }

    /// <summary>Whether they are everything.</summary>
    public bool IsWhole { get; private init; }

    /// <summary>The version that whoever takes them must have, or a later one; null when it was not said.</summary>
    public long? After { get; private init; }

    /// <summary>The version that he has then.</summary>
    public long Version { get; private init; }

    /// <summary>What it is called then.</summary>
    public required string Hash { get; init; }

    /// <summary>Reads what stands for the namespace in an answer, or in a call; null when it is not what a control plane says.</summary>
    public static SyncMessage? Read(object? value)
    {
        if ((value as ValueMap)?.GetMap("default") is not { } message || message.Get("deltas") is not (ValueList or ValueMap { Count: 0 }))
        {
            return null;
        }

        ValueList raw = message.GetList("deltas") ?? [];
        if (ReadDeltas(raw) is not { } deltas)
        {
            return null;
        }

        long version = message.Get("version") as long? ?? (deltas.Count == 0 ? 0 : deltas[^1].Version);
        return new SyncMessage(raw, deltas)
        {
            IsWhole = message.Get("wipe") is true,
            After = message.Get("after") as long?,
            Version = version,

            // One of ours says what it is called.
            Hash = message.GetString("hash") is { } hash && SyncHash.HasDigest(hash) && SyncHash.Version(hash) == version ? hash : SyncHash.Of(version),
        };
    }

    /// <summary>Reads changes; null when one of them is none.</summary>
    public static IReadOnlyList<EntityDelta>? ReadDeltas(ValueList raw)
    {
        List<EntityDelta> deltas = new(raw.Count);
        foreach (object? one in raw)
        {
            if (one is not ValueMap delta || delta.GetString("type") is not { } kind || delta.Get("version") is not long version
                || delta.Get("entity") is not (ValueMap or null))
            {
                return null;
            }

            ValueMap? entity = delta.GetMap("entity");
            deltas.Add(new EntityDelta(
                version, kind, delta.GetMap("pk") ?? entity ?? [], Guid.TryParse(delta.GetString("ws_id"), out Guid workspace) ? workspace : default, entity));
        }

        return deltas;
    }

    /// <summary>Everything as the flat configuration that other control planes push. Of what came nothing is left here then: it is as large as all that there is.</summary>
    public ValueMap ToTable(EntitySchemas schemas)
    {
        ValueMap table = new() { ["_format_version"] = "3.0", ["_transform"] = false };
        foreach (EntityDelta delta in Deltas.Where(static delta => delta.Entity is not null))
        {
            // Of what there is no schema the loader says so.
            if (schemas.Find(delta.Kind) is { } schema)
            {
                DeclarativeExport.Flatten(schema, delta.Entity!);
            }

            if (table.GetList(delta.Kind) is not { } kind)
            {
                table[delta.Kind] = kind = [];
            }

            kind.Add(delta.Entity);
        }

        Raw.Clear();
        Deltas = [];
        return table;
    }
}
