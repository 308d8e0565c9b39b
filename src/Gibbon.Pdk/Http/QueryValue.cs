namespace Gibbon.Pdk;

/// <summary>The value of a query argument: absent, a flag (<c>?a</c>, Lua's <c>true</c>), one text, or several in order.</summary>
public readonly struct QueryValue
{
    static readonly object Flagged = new();

    readonly object? value;

    QueryValue(object? value) => this.value = value;

    /// <summary>An argument without a value: <c>?a</c>.</summary>
    public static QueryValue Flag => new(Flagged);

    /// <summary>How many times the argument occurs; 0 if it does not.</summary>
    public int Count => value switch
    {
        null => 0,
        string?[] many => many.Length,
        _ => 1,
    };

    /// <summary>Whether the argument occurs.</summary>
    public bool Exists => value is not null;

    /// <summary>Whether the first occurrence has no value: <c>?a</c>, but not <c>?a=</c>.</summary>
    public bool IsFlag => value == Flagged || value is string?[] { Length: > 0 } many && many[0] is null;

    /// <summary>The text of the first occurrence; <c>null</c> if it is absent or a flag.</summary>
    public string? First => value switch
    {
        string one => one,
        string?[] { Length: > 0 } many => many[0],
        _ => null,
    };

    /// <summary>The text of one occurrence; <c>null</c> for a flag.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    public string? this[int index] => value switch
    {
        string?[] many => many[index],
        not null when index == 0 => value as string,
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    /// <summary>One text.</summary>
    /// <param name="value">The text, decoded; <c>null</c> is "absent".</param>
    public static implicit operator QueryValue(string? value) => new((object?)value);

    /// <summary>Several occurrences, in order.</summary>
    /// <param name="values">The texts, decoded; a <c>null</c> among them is a flag. Not copied.</param>
    public static implicit operator QueryValue(string?[]? values) => new((object?)values);

    /// <summary>A truth value: <c>true</c> is a flag, <c>false</c> is absent.</summary>
    /// <param name="value">The truth value.</param>
    public static implicit operator QueryValue(bool value) => value ? Flag : default;

    /// <summary>A number.</summary>
    /// <param name="value">Written as Lua writes it.</param>
    public static implicit operator QueryValue(double value) => Schemas.Value.ToText(value);

    /// <summary>This value with another occurrence after it.</summary>
    /// <param name="next">The occurrence; <c>null</c> is a flag.</param>
    public QueryValue With(string? next) => value switch
    {
        null => next is null ? Flag : next,
        string?[] many => new QueryValue((string?[])[.. many, next]),
        _ => new QueryValue(new[] { value as string, next }),
    };
}
