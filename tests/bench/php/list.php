<?php
// A city's help posts as a PHP user would write them: the same two queries, a plain template.
declare(strict_types=1);

require __DIR__ . '/common.php';
require __DIR__ . '/progress.php';

const PAGE_ROWS = 20;

$total = (int) select('posts_total')->fetchColumn();
$posts = select('posts')->fetchAll(PDO::FETCH_ASSOC);

fixed();
echo number_format($total);
fixed();
foreach (array_slice($posts, 0, PAGE_ROWS) as $post) {
    require __DIR__ . '/card.php';
}
fixed();
