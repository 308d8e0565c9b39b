namespace Gibbon.Plugins.Shared.Connections;

/// <summary>What a collector answered.</summary>
/// <param name="Status">The status.</param>
/// <param name="Reason">The reason phrase.</param>
/// <param name="Body">The body.</param>
readonly record struct CollectorAnswer(int Status, string Reason, string Body);
