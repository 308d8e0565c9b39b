using System.Globalization;

namespace Gibbon.Pdk;

/// <summary>
/// The value of a header: one text, or several when the header occurs several times. Converts from what Lua plugins may pass.
/// </summary>
public readonly struct HeaderValue
{
    readonly object? value;

    HeaderValue(object? value) => this.value = value;

    /// <summary>Whether it is one text and not empty, as nearly always.</summary>
    internal bool IsText => value is string { Length: > 0 };

    /// <summary>How many times the header occurs; 0 if it does not.</summary>
    public int Count => value switch
    {
        null => 0,
        string[] many => many.Length,
        _ => 1,
    };

    /// <summary>The first occurrence; <c>null</c> if there is none.</summary>
    public string? First => value switch
    {
        string one => one,
        string[] { Length: > 0 } many => many[0],
        _ => null,
    };

    /// <summary>One occurrence.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    public string this[int index] => value switch
    {
        string one when index == 0 => one,
        string[] many => many[index],
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    /// <summary>One text.</summary>
    /// <param name="value">The text; <c>null</c> is "the header does not occur".</param>
    public static implicit operator HeaderValue(string? value) => new((object?)value);

    /// <summary>Several occurrences, in order.</summary>
    /// <param name="values">The texts; not copied.</param>
    public static implicit operator HeaderValue(string[]? values) => new((object?)values);

    /// <summary>A number.</summary>
    /// <param name="value">Written in decimal.</param>
    public static implicit operator HeaderValue(long value) => new(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A number.</summary>
    /// <param name="value">Written in decimal.</param>
    public static implicit operator HeaderValue(int value) => (long)value;

    /// <summary>A number.</summary>
    /// <param name="value">Written as Lua writes it: 14 significant digits, <c>5.0</c> as <c>5</c>.</param>
    public static implicit operator HeaderValue(double value) => new(Schemas.Value.ToText(value));

    /// <summary>A truth value.</summary>
    /// <param name="value">Written <c>true</c> or <c>false</c>.</param>
    public static implicit operator HeaderValue(bool value) => new(value ? "true" : "false");

    /// <summary>The occurrences, joined with a comma and a space.</summary>
    public override string ToString() => value switch
    {
        string one => one,
        string[] many => string.Join(", ", many),
        _ => "",
    };

    /// <summary>This value with another occurrence after it.</summary>
    /// <param name="next">The occurrence.</param>
    public HeaderValue With(string next) => value switch
    {
        string one => new HeaderValue(new[] { one, next }),
        string[] many => new HeaderValue((string[])[.. many, next]),
        _ => next,
    };
}
