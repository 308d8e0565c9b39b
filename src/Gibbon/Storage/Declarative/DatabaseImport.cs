using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Declarative;

/// <summary>A declarative configuration into a database: every entity is made or replaced, nothing is deleted; all of it or nothing.</summary>
internal static class DatabaseImport
{
    /// <returns>Why nothing was stored; null when all of it was.</returns>
    public static async ValueTask<EntityError?> RunAsync(
        DeclarativeConfiguration configuration, IEntityStore store, EntitySchemas schemas, CancellationToken cancellation = default)
    {
        List<EntityWrite> writes = [];
        foreach (Schema schema in schemas.All)
        {
            EntityLens lens = new(schema);
            foreach (object entity in configuration.Entities.GetValueOrDefault(schema.Name, []))
            {
                // The database has its own default workspace, and everything goes into it.
                if (entity is not Workspace { Name: "default" })
                {
                    writes.Add(EntityWrite.Upsert(schema, lens.IdOf(entity), entity as ValueMap ?? Schema.Unbind(entity)));
                }
            }
        }

        return (await store.WriteAsync(writes, cancellation).ConfigureAwait(false)).Error;
    }
}
