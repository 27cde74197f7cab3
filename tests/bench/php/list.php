<?php
// What a PHP user would write: a persistent connection, the same two queries, a plain template.
declare(strict_types=1);

const PAGE_ROWS = 20;
const URGENT = 3;

$folder = $_SERVER['BENCH_FOLDER'];
$site = require "$folder/site.php";
$names = $site['names'];

function h(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES, 'UTF-8');
}

function money(int $fen): string
{
    return number_format($fen / 100, $fen % 100 ? 2 : 0);
}

function days_left(string $until): int
{
    return max(0, intdiv((int) strtotime("$until UTC") - time(), 86400));
}

$db = new PDO("mysql:unix_socket={$_SERVER['BENCH_DATABASE']};dbname=bangfu;charset=utf8mb4",
    'bangfu_web', '', [PDO::ATTR_PERSISTENT => true]);
$count = $db->prepare($site['posts_total']);
$count->execute([430500, 'open']);
$total = (int) $count->fetchColumn();
$query = $db->prepare($site['posts']);
// Otherwise the row count would be sent as a text, which LIMIT does not take.
foreach ([[430500, PDO::PARAM_INT], ['open', PDO::PARAM_STR], [PAGE_ROWS + 1, PDO::PARAM_INT]]
    as $i => [$value, $type]) {
    $query->bindValue($i + 1, $value, $type);
}
$query->execute();
$posts = array_slice($query->fetchAll(PDO::FETCH_ASSOC), 0, PAGE_ROWS);

foreach ($site['headers'] as $header) {
    header($header);
}
require "$folder/head.html";
echo number_format($total);
require "$folder/middle.html";
foreach ($posts as $post) {
    require __DIR__ . '/card.php';
}
require "$folder/tail.html";
