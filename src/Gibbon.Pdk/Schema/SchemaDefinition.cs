using System.Collections.Immutable;

namespace Gibbon.Pdk.Schemas;

/// <summary>
/// Makes schemas of data in the shape of Kong's <c>schema.lua</c>: <c>fields</c> is a list of maps with one entry each, functions are delegates.
/// What a Lua plugin brings comes this way.
/// </summary>
/// <remarks>
/// The delegates: <c>custom_validator</c> is a <c>Func&lt;object, string?&gt;</c> (or one over <c>object?</c>), <c>fn</c> of a custom check a
/// <c>Func&lt;ValueMap, string?&gt;</c> or one that also gets <see cref="CheckErrors"/>, <c>func</c> of a shorthand a <c>Func&lt;object?, ValueMap?&gt;</c>, <c>translate_backwards</c>
/// a list of names or a <c>Func&lt;ValueMap, object?&gt;</c>, <c>on_write</c> and <c>on_read</c> a <c>Func&lt;ValueMap, TransformationResult&gt;</c>.
/// </remarks>
public static class SchemaDefinition
{
    /// <summary>Makes the schema of an entity.</summary>
    /// <param name="definition">The definition, as the Lua module returns it.</param>
    /// <param name="options">What the gateway's schemas depend on.</param>
    /// <exception cref="SchemaDefinitionException">The definition is not one; the text is Kong's.</exception>
    public static Schema Entity(ValueMap definition, SchemaOptions? options = null)
    {
        var reader = new DefinitionReader();
        var schema = Read(definition, reader, FieldForcing.Within, options);
        reader.ThrowIfFailed(schema.Name);
        return schema;
    }

    /// <summary>Makes the schema of something that is no entity: records that are missing and may be null stay null.</summary>
    /// <param name="definition">The definition, as a Lua module returns it.</param>
    /// <param name="options">What the gateway's schemas depend on.</param>
    /// <exception cref="SchemaDefinitionException">The definition is not one; the text is Kong's.</exception>
    public static Schema Record(ValueMap definition, SchemaOptions? options = null)
    {
        var reader = new DefinitionReader();
        var schema = Read(definition, reader, FieldForcing.None, options);
        reader.ThrowIfFailed(schema.Name);
        return schema;
    }

    /// <summary>Makes the subschema of <c>plugins</c> that a plugin's <c>schema.lua</c> describes.</summary>
    /// <param name="definition">The definition, as the Lua module returns it.</param>
    /// <param name="plugins">The schema of <c>plugins</c>, which the definition may only say more about.</param>
    /// <exception cref="SchemaDefinitionException">The definition is not one; the text is Kong's.</exception>
    public static Schema Plugin(ValueMap definition, Schema plugins)
    {
        ArgumentNullException.ThrowIfNull(plugins);
        var reader = new DefinitionReader();
        var schema = Read(definition, reader, FieldForcing.Within, plugins.Options);
        foreach (var field in schema.Fields)
        {
            if (plugins.Find(field.Name) is not { } parent)
            {
                reader.Fail(field.Name, "cannot create a new field");
            }
            else if (parent.Type != field.Type)
            {
                reader.Fail(field.Name, "cannot change type in a specialized field");
            }
        }
        foreach (var field in plugins.Fields)
        {
            if (field.Abstract && schema.Find(field.Name) is null)
            {
                reader.Fail(field.Name, "abstract field was not specialized");
            }
        }
        reader.ThrowIfFailed(schema.Name);
        return schema;
    }

    static Schema Read(ValueMap definition, DefinitionReader reader, Func<Field, Field> forcing, SchemaOptions? options)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var name = definition.GetString("name") ?? "";
        var fields = reader.Fields(definition.Get("fields"), forcing);
        return new Schema(name, fields)
        {
            EntityChecks = reader.Checks(definition.Get("entity_checks")),
            Shorthands = reader.ReadShorthands(definition.Get("shorthand_fields")),
            WholeCheck = DefinitionReader.Function(definition.Get("check")),
            Transformations = DefinitionReader.Transformations(definition.Get("transformations")),
            PrimaryKey = DefinitionReader.Names(definition.Get("primary_key")),
            EndpointKey = definition.GetString("endpoint_key"),
            CacheKey = DefinitionReader.Names(definition.Get("cache_key")),
            Workspaceable = definition.Get("workspaceable") is true,
            GenerateAdminApi = definition.Get("generate_admin_api") is not false,
            AdminApiName = definition.GetString("admin_api_name"),
            AdminApiNestedName = definition.GetString("admin_api_nested_name"),
            TableName = definition.GetString("table_name"),
            Ttl = definition.Get("ttl") is true,
            Exported = definition.Get("db_export") is not false,
            SubschemaKey = definition.GetString("subschema_key"),
            SubschemaError = definition.GetString("subschema_error"),
            Options = options ?? SchemaOptions.Default,
        };
    }
}

/// <summary>A definition is not a schema. The text says where and why, in Kong's words.</summary>
public sealed class SchemaDefinitionException(string name, string message) : Exception(message)
{
    /// <summary>The name of the schema that was to be made.</summary>
    public string Name => name;
}
