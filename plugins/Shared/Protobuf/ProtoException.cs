namespace Gibbon.Plugins.Shared.Protobuf;

/// <summary>A .proto file cannot be read.</summary>
/// <param name="message">What is wrong, and where.</param>
sealed class ProtoException(string message) : Exception(message);
