using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>A place where secrets are kept, under a name that references use: <c>{vault://prefix/…}</c>.</summary>
[Entity("vaults", EndpointKey = "prefix", CacheKey = ["prefix"], TableName = "sm_vaults")]
public sealed record Vault : Entity, IConfigureSchema
{
    /// <summary>The name that references use.</summary>
    [Unique(AcrossWorkspaces = true), Match("^[a-z][a-z%d-]-[a-z%d]+$")]
    public required string Prefix { get; init; }

    /// <summary>The kind of vault: <c>env</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>Its configuration, by kind.</summary>
    [Abstract]
    public ValueMap Config { get; init; } = [];

    static void IConfigureSchema.Configure(SchemaBuilder schema)
    {
        schema.Place("created_at", after: "config").Place("updated_at", after: "created_at").Place("tags", after: "updated_at");
        schema.Change("prefix", field => field.With(new NotOneOfValidator([.. schema.Options.Vaults.Keys.Order(StringComparer.Ordinal)])));
        schema.ChooseSubschema("name", error: "vault '%s' is not installed");
        foreach (var (name, vault) in schema.Options.Vaults)
        {
            schema.Subschema(name, vault);
        }
    }
}
