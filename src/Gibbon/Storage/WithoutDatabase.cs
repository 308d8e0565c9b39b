using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage;

/// <summary>What a node without a database answers to whoever wants to write.</summary>
internal static class WithoutDatabase
{
    public static EntityError CannotCreate(Schema schema) => Cannot("create", schema);

    public static EntityError CannotUpdate(Schema schema, string? by = null) => Cannot("update", schema, by);

    public static EntityError CannotUpsert(Schema schema, string? by = null) => Cannot("create or update", schema, by);

    public static EntityError CannotRemove(Schema schema, string? by = null) => Cannot("remove", schema, by);

    public static EntityError Cannot(EntityWrite write) => write.Kind switch
    {
        WriteKind.Insert => CannotCreate(write.Schema),
        WriteKind.Update => CannotUpdate(write.Schema),
        WriteKind.Upsert => CannotUpsert(write.Schema),
        _ => CannotRemove(write.Schema),
    };

    static EntityError Cannot(string operation, Schema schema, string? by = null)
    {
        var field = by is null ? "" : $" by '{by}'";
        return EntityErrors.OperationUnsupported($"cannot {operation} '{schema.Name}' entities{field} when not using a database");
    }
}
