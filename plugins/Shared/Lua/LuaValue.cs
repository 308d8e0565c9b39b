using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Shared.Lua;

/// <summary>What Lua does with values: truth, text, indexing, arithmetic. Data of requests is indexed as the table it is in Kong.</summary>
static class LuaValue
{
    /// <summary>Everything but nil and false is true.</summary>
    public static bool IsTrue(object? value) => value is not (null or false);

    /// <summary>The text of a value, as <c>tostring</c> gives it.</summary>
    public static string ToText(object? value) => value switch
    {
        null => "nil",
        string or bool or double or long or int or ValueMap or ValueList => Value.ToText(value is int number ? (long)number : value),
        Guid id => id.ToString(),
        LuaFunction => "function: builtin",
        _ => "table: 0x" + RuntimeHelpers.GetHashCode(value).ToString("x12", CultureInfo.InvariantCulture),
    };

    /// <summary>The name of a value's type.</summary>
    public static string TypeOf(object? value) => value switch
    {
        null => "nil",
        bool => "boolean",
        double or long or int => "number",
        string => "string",
        LuaFunction => "function",
        _ => "table",
    };

    /// <summary>What a table has under a key; nil if it has nothing.</summary>
    public static object? Index(object whole, object? key) => whole switch
    {
        HeaderMap headers when key is string name => Simplify(headers[name]),
        QueryMap query when key is string name => Simplify(query[name]),
        UriCaptures captures => key is string name ? captures.Named.GetValueOrDefault(name) : At(captures.Unnamed, key, first: 0),
        ContextData data when key is string name => data[name],
        ValueMap map when key is string name => map.Get(name),
        IReadOnlyList<object?> list => At(list, key, first: 1),
        _ => null,
    };

    /// <summary>A number that an operator needs; texts that are numbers will do.</summary>
    public static double ToNumber(object? value) => value switch
    {
        double number => number,
        long number => number,
        int number => number,
        string text when LuaNumbers.TryRead(text, out var number) => number,
        _ => throw new LuaException($"attempt to perform arithmetic on a {TypeOf(value)} value"),
    };

    /// <summary>The length of a text or a list.</summary>
    public static object Length(object? value) => value switch
    {
        string text => (double)Encoding.UTF8.GetByteCount(text),
        IReadOnlyCollection<object?> list => list.Count,
        null or bool or double or long or int => throw new LuaException($"attempt to get length of a {TypeOf(value)} value"),
        _ => 0d,
    };

    /// <summary>Texts and numbers, one after the other.</summary>
    public static object Concatenate(object? left, object? right) => (left, right) switch
    {
        (string or double or long or int, string or double or long or int) => ToText(left) + ToText(right),
        (string or double or long or int, _) => throw new LuaException($"attempt to concatenate a {TypeOf(right)} value"),
        _ => throw new LuaException($"attempt to concatenate a {TypeOf(left)} value"),
    };

    /// <summary>Whether two values are the same; a number is never a text.</summary>
    public static bool AreEqual(object? left, object? right) =>
        left is double or long or int && right is double or long or int ? ToNumber(left) == ToNumber(right) : Equals(left, right);

    /// <summary>Which of two numbers or texts is the lesser: negative if the left one.</summary>
    public static int Compare(object? left, object? right) => (left, right) switch
    {
        (string a, string b) => string.CompareOrdinal(a, b),
        (double or long or int, double or long or int) => ToNumber(left).CompareTo(ToNumber(right)),
        _ when TypeOf(left) == TypeOf(right) => throw new LuaException($"attempt to compare two {TypeOf(left)} values"),
        _ => throw new LuaException($"attempt to compare {TypeOf(left)} with {TypeOf(right)}"),
    };

    static object? Simplify(HeaderValue value) => value.Count <= 1
        ? value.First
        : Enumerable.Range(0, value.Count).Select(i => (object?)value[i]).ToArray();

    static object? Simplify(QueryValue value) => value.Count switch
    {
        0 => null,
        1 => value.First ?? (object)true,
        _ => Enumerable.Range(0, value.Count).Select(i => value[i] ?? (object)true).ToArray(),
    };

    static object? At<T>(IReadOnlyList<T> list, object? key, int first)
    {
        if (key is not (double or long or int) || ToNumber(key) is var number && number != Math.Floor(number))
            return null;

        var place = ToNumber(key) - first;
        return place >= 0 && place < list.Count ? list[(int)place] : null;
    }
}
