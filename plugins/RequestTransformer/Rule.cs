using Gibbon.Plugins.Shared;
using Gibbon.Plugins.Shared.Lua;

namespace Gibbon.Plugins.RequestTransformer;

/// <summary>One entry of a configuration, compiled.</summary>
/// <param name="Name">The name of a header, an argument or a field; of the old one, where something is renamed.</param>
/// <param name="Value">The value; <c>null</c> if there is none, and then nothing is done.</param>
readonly record struct Rule(string Name, Template? Value)
{
    /// <summary>Compiles entries.</summary>
    public static Rule[] Compile(IReadOnlyList<string> entries) => [.. entries.Select(static entry =>
    {
        var (name, value) = NamedValue.Parse(entry);
        return new Rule(name, value.Length == 0 ? null : Template.Compile(value));
    })];

    /// <summary>The value for a request.</summary>
    /// <param name="scope">The request's variables.</param>
    public string? Render(LuaScope scope) => Value?.Render(scope);
}

/// <summary>What is to be done with one kind of thing, in the order in which it is done.</summary>
/// <param name="Remove">Taken out.</param>
/// <param name="Rename">Moved from a name to another.</param>
/// <param name="Replace">Set if it is there.</param>
/// <param name="Add">Set if it is not there.</param>
/// <param name="Append">Put behind what is there.</param>
sealed record RuleSet(Rule[] Remove, Rule[] Rename, Rule[] Replace, Rule[] Add, Rule[] Append)
{
    /// <summary>Those whose values are templates.</summary>
    public IEnumerable<Rule> Rendered => [.. Rename, .. Replace, .. Add, .. Append];

    /// <summary>Whether nothing is to be done.</summary>
    public bool IsEmpty { get; } = Remove.Length + Rename.Length + Replace.Length + Add.Length + Append.Length == 0;
}
