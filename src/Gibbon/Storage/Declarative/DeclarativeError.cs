using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Declarative;

/// <summary>Why a declarative configuration was refused: error 14 of the Admin API, and a text for people.</summary>
internal sealed class DeclarativeError
{
    readonly ValueMap? input;
    readonly EntitySchemas? schemas;

    /// <summary>Nothing could be read, or it is no configuration.</summary>
    public DeclarativeError(string text)
    {
        Text = text;
        Fields = new ValueMap { ["error"] = text };
    }

    /// <summary>What was read is wrong in places.</summary>
    /// <param name="fields">The errors in the shape of the input.</param>
    /// <param name="input">What was read, to tell which entity an error belongs to.</param>
    /// <param name="schemas">The kinds of entities.</param>
    public DeclarativeError(ValueMap fields, ValueMap input, EntitySchemas schemas)
    {
        Fields = fields;
        Text = ErrorText.Write(fields);
        this.input = input;
        this.schemas = schemas;
    }

    /// <summary>The errors in the shape of the input; lists have nulls before the first error.</summary>
    public ValueMap Fields { get; }

    /// <summary>The errors as a tree of lines, for terminals and logs.</summary>
    public string Text { get; }

    /// <summary>The body of the Admin API's answer, with status 400.</summary>
    /// <param name="flatten">Whether the errors are listed by entity (<c>flatten_errors=1</c>).</param>
    public ValueMap ToBody(bool flatten)
    {
        if (!flatten || input is null || schemas is null)
        {
            return EntityErrors.DeclarativeConfig(Fields).ToMap();
        }
        var (remaining, flattened) = FlattenedErrors.Of(Fields, input, schemas);
        var body = EntityErrors.DeclarativeConfig(remaining).ToMap();
        // An empty list is an empty object: so Kong writes it, and so its clients expect it.
        body["flattened_errors"] = flattened.Count == 0 ? new ValueMap() : flattened;
        return body;
    }
}
