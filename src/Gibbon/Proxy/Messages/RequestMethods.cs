namespace Gibbon.Proxy.Messages;

/// <summary>Names of the <see cref="RequestMethod"/>s.</summary>
internal static class RequestMethods
{
    private static readonly string?[] Names =
    [
        null, "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PURGE", "MKCOL", "COPY", "MOVE", "PROPFIND",
        "PROPPATCH", "LOCK", "UNLOCK",
    ];

    /// <summary>The name, null for <see cref="RequestMethod.Other"/>.</summary>
    public static string? Name(RequestMethod method) => Names[(int)method];

    /// <summary>The number of a method's bytes; letters must be upper case.</summary>
    public static RequestMethod Identify(ReadOnlySpan<byte> method)
    {
        if (method.SequenceEqual("GET"u8)) return RequestMethod.Get;

        return method.Length switch
        {
            3 when method.SequenceEqual("PUT"u8) => RequestMethod.Put,
            4 when method.SequenceEqual("POST"u8) => RequestMethod.Post,
            4 when method.SequenceEqual("HEAD"u8) => RequestMethod.Head,
            4 when method.SequenceEqual("COPY"u8) => RequestMethod.Copy,
            4 when method.SequenceEqual("MOVE"u8) => RequestMethod.Move,
            4 when method.SequenceEqual("LOCK"u8) => RequestMethod.Lock,
            5 when method.SequenceEqual("PATCH"u8) => RequestMethod.Patch,
            5 when method.SequenceEqual("TRACE"u8) => RequestMethod.Trace,
            5 when method.SequenceEqual("PURGE"u8) => RequestMethod.Purge,
            5 when method.SequenceEqual("MKCOL"u8) => RequestMethod.Mkcol,
            6 when method.SequenceEqual("DELETE"u8) => RequestMethod.Delete,
            6 when method.SequenceEqual("UNLOCK"u8) => RequestMethod.Unlock,
            7 when method.SequenceEqual("OPTIONS"u8) => RequestMethod.Options,
            7 when method.SequenceEqual("CONNECT"u8) => RequestMethod.Connect,
            8 when method.SequenceEqual("PROPFIND"u8) => RequestMethod.PropFind,
            9 when method.SequenceEqual("PROPPATCH"u8) => RequestMethod.PropPatch,
            _ => RequestMethod.Other,
        };
    }
}
