using System.Globalization;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.AwsLambda;

/// <summary>What a function says that answers with status, headers and body.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">The headers.</param>
/// <param name="Body">The body.</param>
sealed record ProxyAnswer(int Status, ValueMap Headers, byte[] Body)
{
    /// <summary>Reads what a function said.</summary>
    /// <returns>The answer, or Kong's text of what is wrong with it.</returns>
    public static Result<ProxyAnswer> Parse(ReadOnlyMemory<byte> content)
    {
        if (!ValueJson.TryRead(content.Span, out var value, out var error))
            return Result.Failure<ProxyAnswer>(error);

        if (value is not ValueMap said)
            return Result.Failure<ProxyAnswer>("proxy response must be json format");

        if (StatusOf(said.Get("statusCode")) is not { } status)
            return Result.Failure<ProxyAnswer>("statusCode validation failed");

        if (said.Get("headers") is not (null or ValueMap))
            return Result.Failure<ProxyAnswer>("headers must be a table");

        if (said.Get("body") is not (null or string))
            return Result.Failure<ProxyAnswer>("body must be a string");

        if (said.Get("isBase64Encoded") is not (null or bool))
            return Result.Failure<ProxyAnswer>("isBase64Encoded must be a boolean");

        var headers = new ValueMap(said.GetMap("headers") ?? []);
        foreach (var (name, values) in said.GetMap("multiValueHeaders") ?? [])
            headers[name] = values;

        var text = said.GetString("body") ?? "";
        return new ProxyAnswer(status, headers, said.Get("isBase64Encoded") is true ? Decode(text) : Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Puts the headers over others.</summary>
    public void AddTo(HeaderMap headers)
    {
        foreach (var (name, value) in Headers)
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
                headers[name] = value is ValueList list ? (string[])[.. list.Select(Value.ToText)] : Value.ToText(value);
    }

    static int? StatusOf(object? code)
    {
        double? number = code switch
        {
            long whole => whole,
            double real => real,
            string text when double.TryParse(text, CultureInfo.InvariantCulture, out var parsed) => parsed,
            _ => null,
        };
        return number is >= 100 and <= 599 ? (int)number : null;
    }

    static byte[] Decode(string text)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            return [];
        }
    }
}
