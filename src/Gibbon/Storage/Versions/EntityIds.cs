using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Declarative;

namespace Gibbon.Storage.Versions;

/// <summary>The id of an entity given as values; of a kind that is identified otherwise, one made of what identifies it.</summary>
internal static class EntityIds
{
    public static Guid Of(Schema schema, ValueMap values)
    {
        object? key = values.Get(schema.PrimaryKey[0]);
        return Guid.TryParse(key as string, out Guid id) ? id : new DeterministicId(schema.Name).Of(Value.ToText(key ?? ""));
    }
}
