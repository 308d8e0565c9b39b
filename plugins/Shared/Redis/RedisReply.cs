using System.Globalization;
using System.Text;

namespace Gibbon.Plugins.Shared.Redis;

/// <summary>One reply of a Redis (RESP, version 2).</summary>
/// <param name="Value">A <c>long</c>, bytes, a list of replies, or <c>null</c>.</param>
/// <param name="Error">Why the command was refused; <c>null</c> if it was not.</param>
readonly record struct RedisReply(object? Value, string? Error = null)
{
    /// <summary>The text of bytes; <c>null</c> if the reply is something else.</summary>
    public string? Text => Value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>The number, also one that is kept as text; 0 for nothing.</summary>
    public long Number => Value switch
    {
        long number => number,
        byte[] text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => 0,
    };
}
