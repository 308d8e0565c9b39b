namespace Gibbon.Proxy.Errors;

/// <summary>The forms in which the gateway words an error of its own.</summary>
internal enum ErrorType
{
    Json,
    Html,
    Plain,
    Xml,
    Grpc,
}
