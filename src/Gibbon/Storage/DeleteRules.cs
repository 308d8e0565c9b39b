using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage;

/// <summary>What becomes of an entity when the one that it refers to is deleted.</summary>
internal static class DeleteRules
{
    // The names of a certificate go with it, though their schema says nothing of that.
    public static DeleteRule Of(EntitySchemas schemas, ForeignField child) => child is { Entity: "snis", Field: "certificate" }
        ? DeleteRule.Cascade
        : schemas.Find(child.Entity)!.Find(child.Field)!.OnDelete ?? DeleteRule.Restrict;
}
