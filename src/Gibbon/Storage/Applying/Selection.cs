using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Applying;

/// <summary>
/// Which stored entities a whole configuration is compared with: all of the kinds that people configure, or of those the entities that have certain tags. What expires by
/// itself is left to do so.
/// </summary>
internal sealed class Selection(EntitySchemas schemas, IReadOnlyList<string> tags)
{
    /// <summary>The tags that an entity must have, all of them; none: every entity is meant.</summary>
    public IReadOnlyList<string> Tags => tags;

    /// <summary>Whether entities of a kind are configuration: not the node's own tables, nor what plugins keep for themselves.</summary>
    public static bool Manages(Schema schema) => schema.Exported && (schema.Workspaceable || schema.GenerateAdminApi) && schema.Name != "workspaces";

    /// <summary>Whether a stored entity is meant.</summary>
    public bool Holds(EntityTable table, EntitySet stored, object entity)
    {
        if (tags.Count == 0)
        {
            return true;
        }

        return HasOwnTags(table.Schema) ? tags.All(table.Lens.TagsOf(entity).Contains) : BelongsToSelected(table, stored, entity);
    }

    /// <summary>Whether entities of a kind are chosen by tags of their own. Those that nobody sees by themselves (that a consumer is in a group) are not.</summary>
    public static bool HasOwnTags(Schema schema) => schema.GenerateAdminApi && schema.Find("tags") is not null;

    /// <summary>Whether an entity goes by itself one day.</summary>
    public static bool Expires(Schema schema, object entity) => schema.Ttl && (entity as ValueMap ?? Schema.Unbind(entity)).Get("ttl") is not null;

    // It goes with everything it cannot be without.
    private bool BelongsToSelected(EntityTable table, EntitySet stored, object entity)
    {
        bool any = false;
        foreach (ForeignField foreign in schemas.ForeignFields(table.Schema.Name))
        {
            if (table.Schema.Find(foreign.Field)!.OnDelete is not DeleteRule.Cascade || ReferenceOf(table, foreign.Field, entity) is not { } id)
            {
                continue;
            }

            EntityTable parents = stored[foreign.Reference];
            if (parents.Find(id) is { } parent && !Holds(parents, stored, parent))
            {
                return false;
            }

            any = true;
        }

        return any;
    }

    private static Guid? ReferenceOf(EntityTable table, string field, object entity) => table.Lens.ForeignFields.First(foreign => foreign.Name == field).Read(entity);
}
