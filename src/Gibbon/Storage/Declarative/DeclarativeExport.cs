using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Declarative;

/// <summary>The stored entities as a declarative configuration again.</summary>
internal static class DeclarativeExport
{
    /// <summary>All entities but workspaces, by kind and id: what <c>POST /config</c> answers with.</summary>
    /// <param name="entities">The entities.</param>
    /// <param name="schemas">Their kinds.</param>
    /// <param name="said">What was said: some of them are shown as they were given.</param>
    public static ValueMap ById(EntitySet entities, EntitySchemas schemas, DeclarativeConfiguration said)
    {
        ValueMap all = [];
        foreach (Schema schema in schemas.All)
        {
            EntityTable table = entities[schema.Name];
            if (table.Count == 0 || schema.Name == "workspaces")
            {
                continue;
            }

            ValueMap kind = [];
            foreach (object entity in table.Ordered)
            {
                string id = table.Lens.IdOf(entity).ToString();
                ValueMap values = ValuesOf(schema, said.AsGiven.GetValueOrDefault((schema.Name, id)) ?? entity);
                foreach ((string field, object? nested) in said.Nested.GetValueOrDefault((schema.Name, id)) ?? [])
                {
                    values[field] = nested;
                }

                kind[id] = values;
            }

            all[schema.Name] = kind;
        }

        return all;
    }

    /// <summary>The configuration as YAML, flat, in the order in which entities refer to each other.</summary>
    public static string Write(EntitySet entities, EntitySchemas schemas)
    {
        StringBuilder yaml = new("_format_version: '3.0'\n_transform: false\n");
        foreach (Schema schema in schemas.All)
        {
            EntityTable table = entities[schema.Name];
            if (table.Count == 0 || schema.Name == "workspaces" || !schema.Exported)
            {
                continue;
            }

            yaml.Append(schema.Name).Append(":\n");
            foreach (object entity in table.Ordered)
            {
                YamlText.AppendItem(yaml, Flat(schema, ValuesOf(schema, entity)));
            }
        }

        return yaml.ToString();
    }

    /// <summary>The content of a database as YAML, in the same shape; page by page, so that its size does not matter.</summary>
    /// <returns>Why it could not be read; null when all was written.</returns>
    public static async ValueTask<EntityError?> WriteAsync(IEntityStore store, EntitySchemas schemas, TextWriter writer)
    {
        await writer.WriteAsync("_format_version: '3.0'\n_transform: false\n").ConfigureAwait(false);
        foreach (Schema schema in schemas.All.Where(static schema => schema.Name != "workspaces" && schema.Exported))
        {
            EntityQuery query = default;
            do
            {
                (EntityPage<object>? page, EntityError? error) = await store.PageAsync(schema, query).ConfigureAwait(false);
                if (page is null)
                {
                    return error;
                }

                StringBuilder yaml = new(query.Offset is null && page.Entities.Count > 0 ? schema.Name + ":\n" : "");
                foreach (object entity in page.Entities)
                {
                    YamlText.AppendItem(yaml, Flat(schema, ValuesOf(schema, entity)));
                }

                await writer.WriteAsync(yaml).ConfigureAwait(false);
                query = query with { Offset = page.NextOffset };
            }
            while (query.Offset is not null);
        }

        return null;
    }

    private static ValueMap ValuesOf(Schema schema, object entity) => schema.Select(entity as ValueMap ?? Schema.Unbind(entity));

    private static ValueMap Flat(Schema schema, ValueMap values)
    {
        Flatten(schema, values);
        return values;
    }

    /// <summary>Writes references as the id alone.</summary>
    public static void Flatten(Schema schema, ValueMap values)
    {
        foreach (Field field in schema.Fields)
        {
            if (field.Reference is not null && values.TryGetValue(field.Name, out object? value) && value is ValueMap reference)
            {
                values[field.Name] = reference.TryGetValue("id", out object? id) ? id : null;
            }
        }
    }
}
