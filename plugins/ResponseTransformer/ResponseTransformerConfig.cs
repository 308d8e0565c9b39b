using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.ResponseTransformer;

/// <summary>What is changed in responses on their way to the client.</summary>
sealed record ResponseTransformerConfig
{
    /// <summary>What is taken out.</summary>
    public RemovedParts Remove { get; init; } = new();

    /// <summary>What gets another name: <c>old:new</c>.</summary>
    public RenamedParts Rename { get; init; } = new();

    /// <summary>What gets another value if it is there: <c>name:value</c>.</summary>
    public ChangedParts Replace { get; init; } = new();

    /// <summary>What is put in if it is not there: <c>name:value</c>.</summary>
    public ChangedParts Add { get; init; } = new();

    /// <summary>What is put behind what is there: <c>name:value</c>.</summary>
    public ChangedParts Append { get; init; } = new();

    internal JsonTransformation Fields => field ??= new JsonTransformation(this);

    internal NamedValue[] RemovedHeaders => field ??= Entries(Remove.Headers);

    internal NamedValue[] RenamedHeaders => field ??= Entries(Rename.Headers);

    internal NamedValue[] ReplacedHeaders => field ??= Entries(Replace.Headers);

    internal NamedValue[] AddedHeaders => field ??= Entries(Add.Headers);

    internal NamedValue[] AppendedHeaders => field ??= Entries(Append.Headers);

    static NamedValue[] Entries(IReadOnlyList<string> entries) => [.. entries.Select(NamedValue.Parse)];
}

/// <summary>Names of what is taken out.</summary>
sealed record RemovedParts
{
    /// <summary>Fields of a JSON object, at its top level.</summary>
    public IReadOnlyList<string> Json { get; init; } = [];

    /// <summary>Headers.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];
}

/// <summary>Old and new names.</summary>
sealed record RenamedParts
{
    /// <summary>Fields of a JSON object, at its top level.</summary>
    [Match("^[^:]+:.*$")]
    public IReadOnlyList<string> Json { get; init; } = [];

    /// <summary>Headers.</summary>
    [Match("^[^:]+:.*$"), HeaderRenaming]
    public IReadOnlyList<string> Headers { get; init; } = [];
}

/// <summary>Names and the values they get.</summary>
sealed record ChangedParts
{
    /// <summary>Fields of a JSON object, at its top level.</summary>
    [Match("^[^:]+:.*$")]
    public IReadOnlyList<string> Json { get; init; } = [];

    /// <summary>What the values of <see cref="Json"/> are, in the same order; texts where this says nothing.</summary>
    public IReadOnlyList<JsonValueType> JsonTypes { get; init; } = [];

    /// <summary>Headers.</summary>
    [Match("^[^:]+:.*$")]
    public IReadOnlyList<string> Headers { get; init; } = [];
}

/// <summary>What a value becomes in JSON.</summary>
enum JsonValueType
{
    /// <summary><c>true</c>; anything else is <c>false</c>.</summary>
    Boolean,

    /// <summary>A number; what is none is left out.</summary>
    Number,

    /// <summary>A text.</summary>
    String,
}
