using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Admin.Requests;

/// <summary>The body of a request, read and taken apart, but of a form not yet typed: only a schema knows what is a number.</summary>
internal sealed class ApiBody
{
    /// <summary>No body, which says nothing.</summary>
    public static ApiBody None => new(default, [], isForm: false);

    private readonly List<Argument>? _form;
    private readonly ValueMap _values;

    private ApiBody(ReadOnlyMemory<byte> bytes, ValueMap values, bool isForm, List<Argument>? form = null)
    {
        Bytes = bytes;
        _values = values;
        IsForm = isForm;
        _form = form;
    }

    /// <summary>The bytes as they came.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Whether it was a form, whose values are texts until they are given types.</summary>
    public bool IsForm { get; }

    /// <summary>What it says: an empty map when it is neither JSON nor a form.</summary>
    public ValueMap Values => IsForm ? FormNames.Nest(_form!, mapsInBrackets: true) : _values.DeepCopy();

    /// <summary>Adds what goes without saying.</summary>
    public void Add(string name, object? value)
    {
        if (IsForm)
        {
            _form!.Add(new Argument(name, value));
        }
        else
        {
            _values[name] = value;
        }
    }

    /// <summary>What it says, with the types of a schema.</summary>
    public ValueMap Arguments(Schema schema) => IsForm ? FormTypes.Infer(Values, schema) : Values;

    /// <summary>What it says where no schema gives types: of a form, <c>true</c> and <c>false</c> are truth values and an empty text is null.</summary>
    public ValueMap PlainArguments() => IsForm ? (ValueMap)Plain(Values)! : Values;

    public static ApiBody Of(ReadOnlyMemory<byte> bytes) => new(bytes, [], isForm: false);

    public static ApiBody OfForm(ReadOnlyMemory<byte> bytes, List<Argument> form) => new(bytes, [], isForm: true, form);

    /// <summary>Reads JSON; null when it is none, or neither an object nor a list.</summary>
    public static ApiBody? OfJson(ReadOnlyMemory<byte> bytes)
    {
        ReadOnlySpan<byte> text = bytes.Span;
        if (!ValueJson.TryRead(text.StartsWith("\uFEFF"u8) ? text[3..] : text, out object? value, out _))
        {
            return null;
        }

        return value switch
        {
            ValueMap map => new ApiBody(bytes, map, isForm: false),

            // A list is a table like any other to Kong: its elements are fields that nobody knows.
            ValueList list => new ApiBody(
                bytes,
                new ValueMap(list.Select(static (item, place) => KeyValuePair.Create((place + 1).ToString(System.Globalization.CultureInfo.InvariantCulture), item))),
                isForm: false),
            _ => null,
        };
    }

    private static object? Plain(object? value) => value switch
    {
        "true" => true,
        "false" => false,
        "" => null,
        ValueMap map => new ValueMap(map.Select(static entry => KeyValuePair.Create(entry.Key, Plain(entry.Value)))),
        ValueList list => new ValueList(list.Select(Plain)),
        _ => value,
    };
}
