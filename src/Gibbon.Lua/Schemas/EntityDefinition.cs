using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua.Schemas;

/// <summary>The schemas of a plugin's <c>daos.lua</c>.</summary>
internal static class EntityDefinition
{
    /// <summary>Makes the schema of an entity.</summary>
    /// <param name="plugin">Whose it is.</param>
    /// <param name="definition">What the file says.</param>
    /// <param name="options">What the gateway's schemas depend on.</param>
    /// <exception cref="PluginLoadException">It is no schema of an entity.</exception>
    public static Schema Read(string plugin, ValueMap definition, SchemaOptions options)
    {
        string name = definition.GetString("name") ?? "?";
        try
        {
            Schema schema = SchemaDefinition.Entity(definition, options);
            return Faults(definition, schema) is { Count: > 0 } faults ? throw Failure(plugin, name, new SchemaErrors(faults).Message) : schema;
        }
        catch (SchemaDefinitionException failure)
        {
            throw Failure(plugin, name, failure.Message);
        }
    }

    private static ValueMap Faults(ValueMap definition, Schema schema)
    {
        ValueMap faults = [];
        if (schema.Name.Length == 0)
        {
            faults["name"] = "required field missing";
        }

        // They become names of tables and parts of paths.
        foreach ((string attribute, string? name) in new[] { ("name", schema.Name), ("table_name", schema.TableName) })
        {
            if (name is not null && name.Any(static letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('_' or '-')))
            {
                faults[attribute] = "only letters, digits, '_' and '-' are allowed";
            }
        }

        if (definition.Get("fields") is not ValueList { Count: > 0 })
        {
            faults["fields"] = "required field missing";
        }

        if (schema.PrimaryKey.IsEmpty)
        {
            faults["primary_key"] = "required field missing";
        }

        Check("primary_key", schema.PrimaryKey);
        Check("cache_key", schema.CacheKey);
        Check("endpoint_key", schema.EndpointKey is { } key ? [key] : []);
        return faults;

        void Check(string attribute, IReadOnlyList<string> fields)
        {
            if (fields.Any(field => schema.Find(field) is null))
            {
                faults[attribute] = "value must be a field name";
            }
        }
    }

    private static PluginLoadException Failure(string plugin, string entity, string reason) => new(
        $"error loading plugin schemas: on plugin '{plugin}': schema of custom plugin entity '{plugin}.{entity}' is invalid: {reason}");
}
