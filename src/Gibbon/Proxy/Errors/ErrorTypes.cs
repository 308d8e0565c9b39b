namespace Gibbon.Proxy.Errors;

/// <summary>Which form of an error a client prefers, by Kong's reading of <c>Accept</c>.</summary>
internal static class ErrorTypes
{
    /// <summary>
    /// The form for an <c>Accept</c> header: the element with the strictly highest quality, the first among equals. Names are compared as
    /// they are written; a type that Kong has no template for, and a header that holds none at all, give JSON.
    /// </summary>
    public static ErrorType FromAccept(ReadOnlySpan<char> accept)
    {
        ReadOnlySpan<char> best = default;
        double bestQuality = 0;
        foreach (Range range in accept.Split(','))
        {
            if (TryReadElement(accept[range], out ReadOnlySpan<char> name, out double quality) && quality > bestQuality)
            {
                best = name;
                bestQuality = quality;
            }
        }

        return FromName(best);
    }

    /// <summary>The form for a media type without parameters.</summary>
    public static ErrorType FromName(ReadOnlySpan<char> name) => name switch
    {
        "text/plain" or "text/*" => ErrorType.Plain,
        "text/html" => ErrorType.Html,
        "application/xml" => ErrorType.Xml,
        "application/grpc" => ErrorType.Grpc,
        _ => ErrorType.Json,
    };

    /// <summary>The form for a <c>Content-Type</c>: its name without parameters, <c>application/grpc</c> with any suffix.</summary>
    public static ErrorType FromContentType(ReadOnlySpan<char> contentType)
    {
        int parameters = contentType.IndexOf(';');
        ReadOnlySpan<char> name = (parameters < 0 ? contentType : contentType[..parameters]).Trim();
        return name.StartsWith("application/grpc") ? ErrorType.Grpc : FromName(name);
    }

    private static bool TryReadElement(ReadOnlySpan<char> element, out ReadOnlySpan<char> name, out double quality)
    {
        int parameters = element.IndexOf(';');
        name = (parameters < 0 ? element : element[..parameters]).Trim();
        quality = 1;
        int slash = name.IndexOf('/');
        if (slash < 0 || !IsPart(name[..slash]) || !IsPart(name[(slash + 1)..]))
        {
            return false;
        }

        while (parameters >= 0)
        {
            element = element[(parameters + 1)..];
            parameters = element.IndexOf(';');
            ReadOnlySpan<char> parameter = (parameters < 0 ? element : element[..parameters]).Trim();
            if (parameter.StartsWith("q=") && !TryReadQuality(parameter[2..], out quality))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPart(ReadOnlySpan<char> part) => part is "*" || part.Length >= 2;

    // 0 to 1 with at most three decimals.
    private static bool TryReadQuality(ReadOnlySpan<char> text, out double quality)
    {
        quality = 0;
        return text.Length is >= 1 and <= 5
            && text[0] is '0' or '1'
            && double.TryParse(text, System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out quality)
            && quality <= 1;
    }
}
