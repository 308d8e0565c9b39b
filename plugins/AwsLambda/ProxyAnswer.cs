using System.Globalization;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.AwsLambda;

/// <summary>What a function says that answers with status, headers and body.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">The headers.</param>
/// <param name="Body">The body.</param>
sealed record ProxyAnswer(int Status, ValueMap Headers, byte[] Body)
{
    const string NoJson = "proxy response must be json format";

    /// <summary>Reads what a function said.</summary>
    /// <returns>The answer, or Kong's text of what is wrong with it.</returns>
    public static Result<ProxyAnswer> Parse(ReadOnlyMemory<byte> content)
    {
        if (content.IsEmpty)
            return Result.Failure<ProxyAnswer>(NoJson);

        // Functions that write their JSON themselves answer with a text that has JSON in it.
        if (!ValueJson.TryRead(content.Span, out var value, out var error)
            || (value is string inner && !ValueJson.TryRead(Encoding.UTF8.GetBytes(inner), out value, out error)))
            return Result.Failure<ProxyAnswer>(error!);

        if (value is not (ValueMap or ValueList))
            return Result.Failure<ProxyAnswer>(NoJson);

        if (value is not ValueMap said || StatusOf(said.Get("statusCode")) is not { } status)
            return Result.Failure<ProxyAnswer>("statusCode validation failed");

        if (said.TryGetValue("headers", out var sentHeaders) && sentHeaders is not (ValueMap or ValueList))
            return Result.Failure<ProxyAnswer>("headers must be a table");

        if (said.TryGetValue("body", out var body) && body is not string)
            return Result.Failure<ProxyAnswer>("body must be a string");

        if (said.TryGetValue("isBase64Encoded", out var isEncoded) && isEncoded is not bool)
            return Result.Failure<ProxyAnswer>("isBase64Encoded must be a boolean");

        var headers = new ValueMap(said.GetMap("headers") ?? []);
        foreach (var (name, values) in said.GetMap("multiValueHeaders") ?? [])
            headers[name] = values;

        var bytes = isEncoded is true ? LenientBase64.Decode(body as string ?? "") : Encoding.UTF8.GetBytes(body as string ?? "");
        return bytes is null ? Result.Failure<ProxyAnswer>("body must be base64") : new ProxyAnswer(status, headers, bytes);
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
}
