using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Declarative;

namespace Gibbon.Storage.Applying;

/// <summary>What must become of which entity so that what is stored says what a configuration says.</summary>
/// <param name="Changes">The entities that come, change and go.</param>
/// <param name="Unchanged">How many stay as they are.</param>
internal sealed record Differences(List<ChangedEntity> Changes, long Unchanged)
{
    public static Differences Between(EntitySet present, DeclarativeConfiguration wanted, Selection selection, EntitySchemas schemas)
    {
        List<ChangedEntity> changes = [];
        long unchanged = 0;
        foreach (Schema schema in schemas.All.Where(Selection.Manages))
        {
            EntityTable table = present[schema.Name];
            HashSet<Guid> ids = [];
            foreach (object entity in wanted.Entities.GetValueOrDefault(schema.Name, []))
            {
                Guid id = table.Lens.IdOf(entity);
                ids.Add(id);
                object? before = table.Find(id);
                if (before is not null && StructuralComparer.SayTheSame(before, entity))
                {
                    unchanged++;
                }
                else
                {
                    changes.Add(new ChangedEntity(schema.Name, before, entity));
                }
            }

            changes.AddRange(table.Ordered
                .Where(entity => !ids.Contains(table.Lens.IdOf(entity)) && selection.Holds(table, present, entity) && !Selection.Expires(schema, entity))
                .Select(entity => new ChangedEntity(schema.Name, entity, null)));
        }

        return new Differences(changes, unchanged);
    }
}
