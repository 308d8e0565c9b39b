namespace Gibbon.Pdk.Schemas;

/// <summary>The text must match a Lua pattern: <c>^%u+$</c>.</summary>
public sealed class MatchAttribute(string pattern) : ValueAttribute
{
    /// <summary>The Lua pattern.</summary>
    public string Pattern => pattern;

    /// <inheritdoc/>
    protected override Field Apply(Field field) => field.With(new MatchValidator(pattern));
}

/// <summary>The text must not match a Lua pattern.</summary>
public sealed class NotMatchAttribute(string pattern) : ValueAttribute
{
    /// <summary>The Lua pattern.</summary>
    public string Pattern => pattern;

    /// <inheritdoc/>
    protected override Field Apply(Field field) => field.With(new NotMatchValidator(pattern));
}

/// <summary>The text must match a Lua pattern, or the error is the one given. May be repeated.</summary>
public sealed class MatchAllAttribute(string pattern, string error) : ValueAttribute
{
    /// <summary>The Lua pattern.</summary>
    public string Pattern => pattern;

    /// <summary>What is said when the text does not match.</summary>
    public string Error => error;

    /// <inheritdoc/>
    protected override Field Apply(Field field) =>
        field.With(new MatchAllValidator([.. field.Find<MatchAllValidator>()?.Patterns ?? [], new PatternError(pattern, error)]));
}

/// <summary>The text must not match a Lua pattern, or the error is the one given. May be repeated.</summary>
public sealed class MatchNoneAttribute(string pattern, string error) : ValueAttribute
{
    /// <summary>The Lua pattern.</summary>
    public string Pattern => pattern;

    /// <summary>What is said when the text matches.</summary>
    public string Error => error;

    /// <inheritdoc/>
    protected override Field Apply(Field field) =>
        field.With(new MatchNoneValidator([.. field.Find<MatchNoneValidator>()?.Patterns ?? [], new PatternError(pattern, error)]));
}

/// <summary>The text must match at least one of several Lua patterns, or the error is the one given.</summary>
public sealed class MatchAnyAttribute(string error, params string[] patterns) : ValueAttribute
{
    /// <summary>What is said when the text matches none of them.</summary>
    public string Error => error;

    /// <summary>The Lua patterns.</summary>
    public IReadOnlyList<string> Patterns => patterns;

    /// <inheritdoc/>
    protected override Field Apply(Field field) => field.With(new MatchAnyValidator([.. patterns], error));
}

/// <summary>The text must begin with a prefix.</summary>
public sealed class StartsWithAttribute(string prefix) : ValueAttribute
{
    /// <summary>The prefix.</summary>
    public string Prefix => prefix;

    /// <inheritdoc/>
    protected override Field Apply(Field field) => field.With(new StartsWithValidator(prefix));
}

/// <summary>The text must be a regular expression.</summary>
public sealed class RegexAttribute : ValueAttribute
{
    /// <inheritdoc/>
    protected override Field Apply(Field field) => field.With(new RegexValidator());
}

/// <summary>The text must be a UUID. A property of type <see cref="Guid"/> says the same.</summary>
public sealed class UuidAttribute : ValueAttribute
{
    /// <inheritdoc/>
    protected override Field Apply(Field field) => field.With(new UuidValidator());
}
