using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Admin.Resources;

/// <summary>Where a list of tags goes on.</summary>
/// <param name="Kind">Which kind of entity, in the order of the schemas.</param>
/// <param name="Offset">The mark of the page of entities; null for the first.</param>
/// <param name="Skip">How many tags of that page were told already.</param>
internal readonly record struct TagPlace(int Kind, string? Offset, int Skip)
{
    public TagPlace After(string? offset) => offset is null ? new TagPlace(Kind + 1, null, 0) : new TagPlace(Kind, offset, 0);

    public static bool TryRead(string? text, out TagPlace place, [NotNullWhen(false)] out string? fault)
    {
        place = default;
        fault = null;
        if (text is null)
        {
            return true;
        }

        if (text.Any(char.IsWhiteSpace) || !Base64Url.IsValid(text))
        {
            fault = "bad base64 encoding";
            return false;
        }

        if (ValueJson.TryRead(Base64Url.DecodeFromChars(text), out object? value, out _)
            && value is ValueList { Count: 3 } list && Whole(list[0]) is { } kind && list[1] is null or string && Whole(list[2]) is { } skip)
        {
            place = new TagPlace(kind, (string?)list[1], skip);
            return true;
        }

        fault = "bad json encoding";
        return false;
    }

    private static int? Whole(object? value) => value is long number && number is >= 0 and < int.MaxValue ? (int)number : null;

    public override string ToString() =>
        Base64Url.EncodeToString(ValueJson.Write(new ValueList { (long)Kind, Offset, (long)Skip }));
}
