namespace Gibbon.Pdk.Schemas;

/// <summary>How a field of type JSON is checked: against a JSON schema of its own, or one chosen by the value of another field.</summary>
public sealed record JsonFieldSchema
{
    /// <summary>The JSON schema (draft 4) that holds for every value.</summary>
    public ValueMap? Inline { get; init; }

    /// <summary>Where named JSON schemas are registered: <c>proxy-wasm-filters</c>.</summary>
    public string? Namespace { get; init; }

    /// <summary>The field beside this one whose value is the name of the JSON schema.</summary>
    public string? ParentSubschemaKey { get; init; }

    /// <summary>Whether a name without a registered JSON schema falls back to <see cref="Default"/>, or to no check at all.</summary>
    public bool Optional { get; init; }

    /// <summary>The JSON schema for names that have none.</summary>
    public ValueMap? Default { get; init; }
}
