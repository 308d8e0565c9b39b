using System.Collections.Immutable;

namespace Gibbon.Pdk.Schemas;

/// <summary>The text must be a UUID: 36 characters, hexadecimal digits of either case.</summary>
public sealed record UuidValidator : Validator
{
    internal override int Rank => 6;

    /// <inheritdoc/>
    public override string Name => "uuid";

    /// <inheritdoc/>
    public override object? Argument => true;

    /// <inheritdoc/>
    public override string? Check(object value) => Guid.TryParseExact((string)value, "D", out _) ? null : "expected a valid UUID";
}

/// <summary>The text must be a regular expression.</summary>
public sealed record RegexValidator : Validator
{
    internal override int Rank => 7;

    /// <inheritdoc/>
    public override string Name => "is_regex";

    /// <inheritdoc/>
    public override object? Argument => true;

    /// <inheritdoc/>
    public override string? Check(object value) => RegexSyntax.Error((string)value) is null ? null : $"not a valid regex: {value}";
}

/// <summary>The text must begin with a prefix.</summary>
public sealed record StartsWithValidator(string Prefix) : Validator
{
    internal override int Rank => 12;

    /// <inheritdoc/>
    public override string Name => "starts_with";

    /// <inheritdoc/>
    public override object? Argument => Prefix;

    /// <inheritdoc/>
    public override string? Check(object value) =>
        ((string)value).StartsWith(Prefix, StringComparison.Ordinal) ? null : $"should start with: {Prefix}";
}

/// <summary>The text must not match a Lua pattern.</summary>
public sealed record NotMatchValidator(string Pattern) : Validator
{
    internal override int Rank => 13;

    /// <inheritdoc/>
    public override string Name => "not_match";

    /// <inheritdoc/>
    public override object? Argument => Pattern;

    /// <inheritdoc/>
    public override string? Check(object value) => LuaPattern.IsMatch(Value.ToText(value), Pattern) ? $"invalid value: {Value.ToText(value)}" : null;
}

/// <summary>The text must match none of several Lua patterns, each with its own error.</summary>
public sealed record MatchNoneValidator(ImmutableArray<PatternError> Patterns) : Validator
{
    internal override int Rank => 14;

    /// <inheritdoc/>
    public override string Name => "match_none";

    /// <inheritdoc/>
    public override object? Argument => PatternError.Describe(Patterns);

    /// <inheritdoc/>
    public override string? Check(object value)
    {
        foreach (var pattern in Patterns)
        {
            if (LuaPattern.IsMatch((string)value, pattern.Pattern))
            {
                return pattern.Error;
            }
        }
        return null;
    }
}

/// <summary>The text must match a Lua pattern.</summary>
public sealed record MatchValidator(string Pattern) : Validator
{
    internal override int Rank => 15;

    /// <inheritdoc/>
    public override string Name => "match";

    /// <inheritdoc/>
    public override object? Argument => Pattern;

    /// <inheritdoc/>
    public override string? Check(object value) => LuaPattern.IsMatch(Value.ToText(value), Pattern) ? null : $"invalid value: {Value.ToText(value)}";
}

/// <summary>The text must match all of several Lua patterns, each with its own error.</summary>
public sealed record MatchAllValidator(ImmutableArray<PatternError> Patterns) : Validator
{
    internal override int Rank => 16;

    /// <inheritdoc/>
    public override string Name => "match_all";

    /// <inheritdoc/>
    public override object? Argument => PatternError.Describe(Patterns);

    /// <inheritdoc/>
    public override string? Check(object value)
    {
        foreach (var pattern in Patterns)
        {
            if (!LuaPattern.IsMatch((string)value, pattern.Pattern))
            {
                return pattern.Error;
            }
        }
        return null;
    }
}

/// <summary>The text must match at least one of several Lua patterns. Without a text for the error it is for the conditions of checks.</summary>
public sealed record MatchAnyValidator(ImmutableArray<string> Patterns, string Error) : Validator
{
    internal override int Rank => 17;

    /// <inheritdoc/>
    public override string Name => "match_any";

    /// <inheritdoc/>
    public override object? Argument => Error.Length == 0
        ? new ValueMap { ["patterns"] = new ValueList(Patterns) }
        : new ValueMap { ["err"] = Error, ["patterns"] = new ValueList(Patterns) };

    /// <inheritdoc/>
    public override string? Check(object value)
    {
        foreach (var pattern in Patterns)
        {
            if (LuaPattern.IsMatch((string)value, pattern))
            {
                return null;
            }
        }
        return Error;
    }
}

/// <summary>A Lua pattern and what is said of a text that fails it.</summary>
public sealed record PatternError(string Pattern, string Error)
{
    internal static ValueList Describe(ImmutableArray<PatternError> patterns) =>
        [.. patterns.Select(static item => new ValueMap { ["pattern"] = item.Pattern, ["err"] = item.Error })];
}
