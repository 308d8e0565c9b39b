using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.RequestTransformer;

/// <summary>What is changed in requests on their way to the service.</summary>
sealed record RequestTransformerConfig
{
    /// <summary>The method that is sent in place of the client's, in capitals.</summary>
    [Match("^%u+$")]
    public string? HttpMethod { get; init; }

    /// <summary>What is taken out.</summary>
    public RemovedParts Remove { get; init; } = new();

    /// <summary>What gets another name: <c>old:new</c>.</summary>
    public RenamedParts Rename { get; init; } = new();

    /// <summary>What gets another value if it is there: <c>name:value</c>.</summary>
    public ReplacedParts Replace { get; init; } = new();

    /// <summary>What is put in if it is not there: <c>name:value</c>.</summary>
    public AddedParts Add { get; init; } = new();

    /// <summary>What is put behind what is there: <c>name:value</c>.</summary>
    public AddedParts Append { get; init; } = new();

    internal Template? Uri => field ??= Replace.Uri is { Length: > 0 } uri ? Template.Compile(uri) : null;

    /// <summary>All templates.</summary>
    internal Template[] Templates => field ??=
    [
        .. Uri is null ? [] : new[] { Uri },
        .. new[] { HeaderRules, QueryRules, BodyRules }.SelectMany(static rules => rules.Rendered).Select(static rule => rule.Value).OfType<Template>(),
    ];

    internal RuleSet HeaderRules => field ??= Rules(Remove.Headers, Rename.Headers, Replace.Headers, Add.Headers, Append.Headers);

    internal RuleSet QueryRules =>
        field ??= Rules(Remove.Querystring, Rename.Querystring, Replace.Querystring, Add.Querystring, Append.Querystring);

    internal RuleSet BodyRules => field ??= Rules(Remove.Body, Rename.Body, Replace.Body, Add.Body, Append.Body);

    static RuleSet Rules(
        IReadOnlyList<string> remove,
        IReadOnlyList<string> rename,
        IReadOnlyList<string> replace,
        IReadOnlyList<string> add,
        IReadOnlyList<string> append) =>
        new(Rule.Compile(remove), Rule.Compile(rename), Rule.Compile(replace), Rule.Compile(add), Rule.Compile(append));
}

/// <summary>Names of what is taken out.</summary>
sealed record RemovedParts
{
    /// <summary>Fields of the body, at its top level.</summary>
    public IReadOnlyList<string> Body { get; init; } = [];

    /// <summary>Headers.</summary>
    [HeaderToRemove]
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Arguments of the query.</summary>
    public IReadOnlyList<string> Querystring { get; init; } = [];
}

/// <summary>Old and new names.</summary>
sealed record RenamedParts
{
    /// <summary>Fields of the body, at its top level.</summary>
    [ArgumentEntry]
    public IReadOnlyList<string> Body { get; init; } = [];

    /// <summary>Headers.</summary>
    [HeaderRenaming]
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Arguments of the query.</summary>
    [ArgumentEntry]
    public IReadOnlyList<string> Querystring { get; init; } = [];
}

/// <summary>Names and the values they get.</summary>
sealed record ReplacedParts
{
    /// <summary>Fields of the body, at its top level.</summary>
    [ArgumentEntry]
    public IReadOnlyList<string> Body { get; init; } = [];

    /// <summary>Headers.</summary>
    [HeaderEntry]
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Arguments of the query.</summary>
    [ArgumentEntry]
    public IReadOnlyList<string> Querystring { get; init; } = [];

    /// <summary>The path that is sent in place of service's, route's and request's together; the query stays.</summary>
    public string? Uri { get; init; }
}

/// <summary>Names and the values that are put in.</summary>
sealed record AddedParts
{
    /// <summary>Fields of the body, at its top level.</summary>
    [ArgumentEntry]
    public IReadOnlyList<string> Body { get; init; } = [];

    /// <summary>Headers.</summary>
    [HeaderEntry]
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Arguments of the query.</summary>
    [ArgumentEntry]
    public IReadOnlyList<string> Querystring { get; init; } = [];
}
